import { states, type State } from '../contract/states.ts'
import { callbackKey, deadLettersKey, inboxKey, resultsKey, statsKey, type Place } from './keys.ts'
import { asList, asOneOf, asOptionalText, asText } from './reply.ts'
import { defineScript } from './positional-script.ts'

/** What a submission met: a new promise, the same content, or other content under its id. */
export type Acceptance =
  | { kind: 'accepted'; acceptedAt: string; dueAt: string }
  | { kind: 'duplicate'; state: State }
  | { kind: 'conflict'; state: State }

export interface AcceptInput {
  place: Place
  id: string
  /** Canonical JSON. */
  intent: string
  delayMs: number | undefined
  notBefore: string | undefined
  expiresAt: string | undefined
  traceparent: string | undefined
}

export const accept = defineScript<AcceptInput, Acceptance>({
  files: ['iso-time', 'acceptance', 'accept'],
  keys: ({ place, id }) => [callbackKey(place, id), inboxKey(place), deadLettersKey(place)],
  args: (input) => [
    input.id,
    input.intent,
    input.delayMs ?? '',
    input.notBefore ?? '',
    input.expiresAt ?? '',
    input.traceparent ?? '',
  ],
  decode: (reply) => {
    const [kind, state, acceptedAt, dueAt] = asList(reply)
    if (kind === 'accepted') return { kind, acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
    return {
      kind: asOneOf(kind, ['duplicate', 'conflict']),
      state: asOneOf(state, states),
    }
  },
})

/** What the bridge has to do with an entry. */
export type Opening =
  | { kind: 'schedule'; generation: number; dueAt: string }
  | { kind: 'done' }
  | { kind: 'duplicate'; state: State }
  | { kind: 'conflict'; state: State }

export interface OpenInput {
  place: Place
  id: string
  intent: string
  entryId: string
  acceptedAt: string
  dueAt: string
  expiresAt: string | undefined
  traceparent: string | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
}

export const open = defineScript<OpenInput, Opening>({
  files: ['acceptance', 'open'],
  keys: ({ place, id }) => [callbackKey(place, id), inboxKey(place), deadLettersKey(place)],
  args: (input) => [
    input.id,
    input.intent,
    input.entryId,
    input.acceptedAt,
    input.dueAt,
    input.expiresAt ?? '',
    input.traceparent ?? '',
    input.redriveOf ?? '',
  ],
  decode: (reply) => {
    const [kind, second, dueAt] = asList(reply)
    if (kind === 'schedule') return { kind, generation: Number(second), dueAt: asText(dueAt) }
    if (kind === 'done') return { kind }
    return { kind: asOneOf(kind, ['duplicate', 'conflict']), state: asOneOf(second, states) }
  },
})

export interface BuryInput {
  place: Place
  group: string
  entryId: string
  id: string
  fallbackId: string
  reason: 'invalid' | 'expired'
  code: string
  message: string
  raw: Buffer | string
  /** Missing: it is text. */
  rawEncoding?: 'base64' | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
  /** Of what was submitted, if it can be read. */
  callId?: string | undefined
  acceptedAt: string
  now: string
  nowMs: number
  oldestResult: string
}

/** The id the dead letter lies under; undefined if the entry had been dealt with before. */
export const bury = defineScript<BuryInput, string | undefined>({
  files: ['oldest-result', 'bury'],
  keys: ({ place, id, fallbackId, redriveOf }) => [
    callbackKey(place, id),
    callbackKey(place, fallbackId),
    inboxKey(place),
    deadLettersKey(place),
    resultsKey(place),
    statsKey(place),
    callbackKey(place, redriveOf ?? fallbackId),
  ],
  args: (input) => [
    input.group,
    input.entryId,
    input.id,
    input.fallbackId,
    input.reason,
    input.code,
    input.message,
    input.raw,
    input.acceptedAt,
    input.now,
    input.nowMs,
    input.oldestResult,
    input.redriveOf ?? input.fallbackId,
    input.rawEncoding ?? '',
    input.callId ?? '',
  ],
  decode: asOptionalText,
})

const redriveReplies = [
  'redriven',
  'missing',
  'not-dead',
  'redriven-before',
  'nothing-to-send',
] as const

export const redrive = defineScript<
  { place: Place; id: string; now: string; retentionMs: number },
  (typeof redriveReplies)[number]
>({
  files: ['oldest-result', 'ending', 'redriving', 'redrive'],
  keys: ({ place, id }) => [
    callbackKey(place, id),
    inboxKey(place),
    deadLettersKey(place),
    statsKey(place),
  ],
  args: ({ id, now, retentionMs }) => [id, now, retentionMs],
  decode: (reply) => asOneOf(reply, redriveReplies),
})
