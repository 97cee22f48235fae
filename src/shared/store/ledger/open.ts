import {
  byCall,
  byNumber,
  callback,
  deadLetters,
  letterReasons,
  inbox,
} from '../../redis/destination-keys.ts'
import { asList, asOneOf, asOptionalText, asText } from '../../redis/reply.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { definePagedScript, ofOne } from '../../redis/script.ts'
import { states, type State } from '../../contract/states.ts'
import type { Places } from './places.ts'

/** What the bridge has to do with an entry. */
export type OpenResult =
  | {
      kind: 'schedule'
      generation: number
      acceptedAt: string
      dueAt: string
      /** The how many-th callback for its number within two hours, as far as 6. */
      nth: number
      /** W3C trace context of its submission. */
      traceparent: string | undefined
    }
  | { kind: 'done'; nth: number | undefined }
  | { kind: 'duplicate'; state: State }
  | { kind: 'conflict'; state: State }
  /** The same but for the number, which is sealed in one of the two: whether it is the same is to be found out. */
  | { kind: 'sealed'; state: State }

/** Without places it is not found by its call and its number. */
export interface OpenInput extends Partial<Places> {
  id: string
  intent: string
  entryId: string
  delayMs: number | undefined
  notBefore: string | undefined
  expiresAt: string | undefined
  traceparent: string | undefined
  /** The dead letter that the entry says it was redriven from. */
  redriveOf?: string | undefined
  /** The entry by whose id it is timed, where another partition has handed it over. */
  timedBy?: string | undefined
}

/** Several entries in one go. */
export const openAll = definePagedScript<object, OpenInput, OpenResult>({
  name: 'open',
  beside: import.meta.url,
  keys: { inbox, deadLetters, letterReasons },
  args: [],
  each: {
    keys: { callback, byCall, byNumber },
    args: [
      'id',
      'intent',
      'entryId',
      'delayMs',
      'notBefore',
      'expiresAt',
      'traceparent',
      'redriveOf',
      'callScore',
      'numberScore',
      'keyMark',
      'numberPrint',
      'timedBy',
    ],
  },
  decode: (reply) => {
    const [kind, second, acceptedAt, dueAt, nth, traceparent] = asList(reply)
    if (kind === 'schedule') {
      const generation = Number(second)
      const times = { acceptedAt: asText(acceptedAt), dueAt: asText(dueAt) }
      return {
        kind,
        generation,
        ...times,
        nth: Number(nth),
        traceparent: asOptionalText(traceparent),
      }
    }
    if (kind === 'done') return { kind, nth: second === undefined ? undefined : Number(second) }
    return {
      kind: asOneOf(kind, ['duplicate', 'conflict', 'sealed']),
      state: asOneOf(second, states),
    }
  },
})

export function open(store: DestinationStore, input: OpenInput): Promise<OpenResult> {
  return ofOne(openAll(store, {}, [input]))
}
