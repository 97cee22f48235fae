import { maxIntentBytes } from '../contract/intent.ts'
import { states, type State } from '../contract/states.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  intakeKey,
  recentKey,
  recordKey,
  resultsKey,
  statsKey,
  type Place,
} from './keys.ts'
import { asList, asOneOf, asOptionalText, asText, unexpected } from './reply.ts'
import { defineScript } from './script.ts'

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
  files: ['iso-time', 'entry-time', 'acceptance', 'accept'],
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
  | { kind: 'schedule'; generation: number; acceptedAt: string; dueAt: string }
  | { kind: 'done' }
  | { kind: 'duplicate'; state: State }
  | { kind: 'conflict'; state: State }

export interface OpenInput {
  place: Place
  id: string
  intent: string
  entryId: string
  delayMs: number | undefined
  notBefore: string | undefined
  expiresAt: string | undefined
  traceparent: string | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
}

export const open = defineScript<OpenInput, Opening>({
  files: ['iso-time', 'entry-time', 'acceptance', 'open'],
  keys: ({ place, id }) => [callbackKey(place, id), inboxKey(place), deadLettersKey(place)],
  args: (input) => [
    input.id,
    input.intent,
    input.entryId,
    input.delayMs ?? '',
    input.notBefore ?? '',
    input.expiresAt ?? '',
    input.traceparent ?? '',
    input.redriveOf ?? '',
  ],
  decode: (reply) => {
    const [kind, second, acceptedAt, dueAt] = asList(reply)
    if (kind === 'schedule') {
      const generation = Number(second)
      return { kind, generation, acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
    }
    if (kind === 'done') return { kind }
    return { kind: asOneOf(kind, ['duplicate', 'conflict']), state: asOneOf(second, states) }
  },
})

export interface BuryInput {
  place: Place
  group: string
  entryId: string
  id: string
  /** The id as given, where it is kept for something else: the letter lies under the fallback. */
  reservedId?: string | undefined
  fallbackId: string
  reason: 'invalid' | 'expired'
  code: string
  message: string
  raw: Buffer | string
  /** Missing: it is text. */
  rawEncoding?: 'base64' | undefined
  /** Bytes of what was sent, where `raw` is only its beginning. */
  rawLength?: number | undefined
  /** Of what was sent, in hex, where `raw` is only its beginning. */
  rawSha1?: string | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
  /** Of what was submitted, if it can be read. */
  callId?: string | undefined
  now: string
  nowMs: number
  oldestResult: string
}

/** The id the dead letter lies under; undefined if the entry had been dealt with before. */
export const bury = defineScript<BuryInput, string | undefined>({
  files: ['iso-time', 'entry-time', 'oldest-result', 'taking', 'bury'],
  keys: ({ place, id, reservedId, fallbackId, redriveOf }) => [
    callbackKey(place, reservedId ?? id),
    callbackKey(place, fallbackId),
    inboxKey(place),
    deadLettersKey(place),
    resultsKey(place),
    statsKey(place),
    callbackKey(place, redriveOf ?? fallbackId),
    intakeKey(place),
  ],
  args: (input) => [
    input.group,
    input.entryId,
    input.reservedId ?? input.id,
    input.fallbackId,
    input.reason,
    input.code,
    input.message,
    input.raw,
    input.callId ?? '',
    input.now,
    input.nowMs,
    input.oldestResult,
    input.redriveOf ?? input.fallbackId,
    input.rawEncoding ?? '',
    input.reservedId === undefined ? '' : '1',
    input.rawLength ?? '',
    input.rawSha1 ?? '',
  ],
  decode: asOptionalText,
})

/** What the ledger knows of the attempt that begins, or of the one that was left open. */
export interface OpenAttempt {
  /** Counted over all generations, from 1. */
  attempt: number
  /** How many of them belong to earlier generations: the budget does not count those. */
  priorAttempts: number
  firstAttemptAt: string
  /** Canonical JSON. */
  intent: string
}

export type Beginning =
  | ({ kind: 'begun'; traceparent: string | undefined; dueAt: string } & OpenAttempt)
  | ({ kind: 'unsettled'; record: string | undefined } & OpenAttempt)
  | ({ kind: 'unverified'; record: string; since: string; searches: number } & OpenAttempt)
  | { kind: 'expired'; intent: string }
  | { kind: 'not-due'; dueAt: string }
  | { kind: 'ended'; state: string }
  | { kind: 'missing' }
  | { kind: 'unknown-version'; version: string }

export interface BeginInput {
  place: Place
  id: string
  generation: number
  claim: string
  now: string
  /** `now` and the difference of clocks that is not worth delaying a job for. */
  nowWithTolerance: string
}

export const begin = defineScript<BeginInput, Beginning>({
  files: ['begin'],
  keys: ({ place, id }) => [callbackKey(place, id)],
  args: ({ generation, claim, now, nowWithTolerance }) => [
    generation,
    claim,
    now,
    nowWithTolerance,
  ],
  decode: decodeBeginning,
})

function decodeBeginning(reply: unknown): Beginning {
  const [kind, ...rest] = asList(reply)
  switch (kind) {
    case 'begun':
      return {
        kind,
        ...decodeOpenAttempt(rest),
        traceparent: asOptionalText(rest[4]),
        dueAt: asText(rest[5]),
      }
    case 'unsettled':
      return { kind, ...decodeOpenAttempt(rest), record: asOptionalText(rest[4]) }
    case 'unverified':
      return {
        kind,
        ...decodeOpenAttempt(rest),
        record: asText(rest[4]),
        since: asText(rest[5]),
        searches: Number(rest[6]),
      }
    case 'expired':
      return { kind, intent: asText(rest[3]) }
    case 'not-due':
      return { kind, dueAt: asText(rest[0]) }
    case 'ended':
      return { kind, state: asText(rest[0]) }
    case 'missing':
      return { kind }
    case 'unknown-version':
      return { kind, version: asText(rest[0]) }
    default:
      throw unexpected(kind)
  }
}

function decodeOpenAttempt([attempt, prior, first, intent]: unknown[]): OpenAttempt {
  return {
    attempt: Number(attempt),
    priorAttempts: Number(prior),
    firstAttemptAt: asText(first),
    intent: asText(intent),
  }
}

const settlements = [
  'settled',
  'already',
  'late-booking',
  'double-booking',
  'stale',
  'missing',
] as const

/** How a settlement was taken. Everything but `settled` and `already` means that another worker was here as well. */
export type Settlement = (typeof settlements)[number]

export interface SettleInput {
  place: Place
  id: string
  generation: number
  /** 0: the callback ends without an attempt. */
  attempt: number
  /** JSON. */
  record: string
  state: 'retrying' | 'booked' | 'dead'
  now: string
  nowMs: number
  recordId: string | undefined
  reason: string | undefined
  code: string | undefined
  message: string | undefined
  nextAttemptAt: string | undefined
  /** True: from now on the callback may be, or come to be, booked twice. */
  possibleDuplicate: boolean
  retentionMs: number
  oldestResult: string
  /** JSON. */
  attributes: string | undefined
  keptRecords: number
  /** How long it is known whose a ContactRequest is. */
  recordTtlMs: number
  /** When an attempt began that is to be verified before anything else happens. */
  uncertainSince: string | undefined
  followed: UncertainFollowUp | undefined
  /** What the attempt came to, as in `booked` or `unavailable:connect`: counted for a while. */
  recent?: string | undefined
}

/** What follows an uncertain outcome: counted in the stats. */
export type UncertainFollowUp = 'retried' | 'held' | 'verifying' | 'ended'

export const settle = defineScript<SettleInput, Settlement>({
  files: ['oldest-result', 'ending', 'recent', 'settle'],
  keys: ({ place, id, recordId }) => [
    callbackKey(place, id),
    resultsKey(place),
    deadLettersKey(place),
    statsKey(place),
    recordKey(place, recordId ?? ''),
    recentKey(place),
  ],
  args: (input) => [
    input.id,
    input.attempt,
    input.record,
    input.state,
    input.now,
    input.nowMs,
    input.recordId ?? '',
    input.reason ?? '',
    input.code ?? '',
    input.message ?? '',
    input.nextAttemptAt ?? '',
    input.possibleDuplicate ? '1' : '',
    input.retentionMs,
    input.oldestResult,
    input.attributes ?? '',
    input.keptRecords,
    input.recordTtlMs,
    input.uncertainSince ?? '',
    input.followed ?? '',
    input.generation,
    input.recent ?? '',
  ],
  decode: (reply) => asOneOf(reply, settlements),
})

const redriveReplies = [
  'redriven',
  'missing',
  'not-dead',
  'redriven-before',
  'nothing-to-send',
  'too-large',
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
  args: ({ id, now, retentionMs }) => [id, now, retentionMs, maxIntentBytes],
  decode: (reply) => asOneOf(reply, redriveReplies),
})

const discardReplies = ['discarded', 'missing', 'not-dead'] as const

export const discard = defineScript<
  { place: Place; id: string; now: string; retentionMs: number },
  (typeof discardReplies)[number]
>({
  files: ['discard'],
  keys: ({ place, id }) => [callbackKey(place, id), deadLettersKey(place)],
  args: ({ id, now, retentionMs }) => [id, now, retentionMs],
  decode: (reply) => asOneOf(reply, discardReplies),
})
