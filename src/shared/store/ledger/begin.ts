import { callback, control, retrying } from '../../redis/destination-keys.ts'
import { holdReasons, type HoldReason } from '../../delivery/admission.ts'
import { asList, asOneOf, asOptionalText, asText, unexpected } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

/** What the ledger knows of the attempt that begins, or of the one that was left open. */
export interface OpenAttempt {
  /** Counted over all generations, from 1. */
  attempt: number
  /** How many of them the budget does not count: those of earlier generations, and probes of a destination that was away. */
  priorAttempts: number
  firstAttemptAt: string
  /** For how long nothing could be sent since then: the budget does not count that either. */
  heldMs: number
  /** Canonical JSON. */
  intent: string
}

export type BeginResult =
  | ({
      kind: 'begun'
      traceparent: string | undefined
      dueAt: string
      /** Of the callback, whatever attempts it has had. */
      firstDueAt: string
      /** Of the attempt before, where this one has a trace. */
      recordBefore: string | undefined
    } & OpenAttempt)
  | ({ kind: 'unsettled'; record: string | undefined } & OpenAttempt)
  | ({ kind: 'unverified'; record: string; since: string; searches: number } & OpenAttempt)
  | { kind: 'refused'; reason: HoldReason | 'control-changed' }
  | { kind: 'expired'; intent: string }
  | { kind: 'not-due'; dueAt: string }
  | { kind: 'ended'; state: string }
  | { kind: 'missing' }
  | { kind: 'unknown-version'; version: string }

export interface BeginInput {
  id: string
  generation: number
  claim: string
  /** Of the control record, where the pass is good for any number of attempts. */
  knownVersion?: string | undefined
  now: string
  /** `now` and the difference of clocks that is not worth delaying a job for. */
  nowWithTolerance: string
  /** W3C trace context of the attempt that begins. */
  trace?: string | undefined
}

export const begin = defineScript<BeginInput, BeginResult>({
  name: 'begin',
  beside: import.meta.url,
  keys: { callback, control, retrying },
  args: ['generation', 'claim', 'knownVersion', 'now', 'nowWithTolerance', 'trace'],
  decode: decodeBeginning,
})

function decodeBeginning(reply: unknown): BeginResult {
  const [kind, ...rest] = asList(reply)
  switch (kind) {
    case 'begun':
      return {
        kind,
        ...decodeOpenAttempt(rest),
        traceparent: asOptionalText(rest[5]),
        dueAt: asText(rest[6]),
        firstDueAt: asText(rest[7]),
        recordBefore: asOptionalText(rest[8]),
      }
    case 'unsettled':
      return { kind, ...decodeOpenAttempt(rest), record: asOptionalText(rest[5]) }
    case 'unverified':
      return {
        kind,
        ...decodeOpenAttempt(rest),
        record: asText(rest[5]),
        since: asText(rest[6]),
        searches: Number(rest[7]),
      }
    case 'refused':
      return { kind, reason: asOneOf(rest[0], [...holdReasons, 'control-changed']) }
    case 'expired':
      return { kind, intent: asText(rest[0]) }
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

function decodeOpenAttempt([attempt, prior, first, held, intent]: unknown[]): OpenAttempt {
  return {
    attempt: Number(attempt),
    priorAttempts: Number(prior),
    firstAttemptAt: asText(first),
    heldMs: Number(held),
    intent: asText(intent),
  }
}
