import type { Intent } from '../../shared/contract/intent.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { Evidence, SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import { decodeAttempt } from '../../shared/store/ledger/attempt-record.ts'
import type { Beginning, OpenAttempt } from '../../shared/store/ledger/begin.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import { workerLost } from './classify.ts'
import type { CallbackJob } from '../../shared/contract/ids.ts'
import type { AttemptContext } from './context.ts'
import type { Circumstances } from './decide.ts'

/** What is at work: a job of the queue, and what its worker has at hand. */
export interface Work {
  job: CallbackJob
  context: AttemptContext
}

/** An attempt that the ledger holds open, whoever opened it. */
export interface OpenedAttempt extends Work {
  open: OpenAttempt
  intent: Intent
}

/** One that has come to something. */
export interface ConcludedAttempt extends OpenedAttempt {
  startedAt: string
  outcome: Outcome
  /** Undefined: the worker that could have told is lost. */
  witnessed: Witnessed | undefined
}

/** One that may have been booked: Salesforce is to be asked. */
export interface AttemptInDoubt extends OpenedAttempt {
  open: Extract<Beginning, { kind: 'unverified' }>
}

/** What only the worker knows that made the attempt. */
export interface Witnessed extends Evidence {
  durationMs: number
  /** How long after it was due the attempt began. */
  latenessMs: number
  traceparent: string | undefined
}

/** An attempt of our own, to which Salesforce has answered, or has not. */
export function answered(
  begun: OpenedAttempt & { open: Extract<Beginning, { kind: 'begun' }>; startedAtMs: number },
  answer: SalesforceAnswer,
  outcome: Outcome,
): ConcludedAttempt {
  const { dueAt, traceparent } = begun.open
  const { phase, bytesSent, durationMs } = answer
  const latenessMs = Math.max(0, begun.startedAtMs - epochMsOf(dueAt))
  return {
    ...begun,
    startedAt: isoTimestamp(begun.startedAtMs),
    outcome,
    witnessed: { phase, bytesSent, durationMs, latenessMs, traceparent },
  }
}

/** An attempt that a worker opened and never settled. */
export function lost(
  unsettled: OpenedAttempt & { open: Extract<Beginning, { kind: 'unsettled' }> },
): ConcludedAttempt {
  const { attempt, record } = unsettled.open
  const startedAt =
    record === undefined
      ? isoTimestamp(unsettled.context.clock.now())
      : decodeAttempt(attempt, record).startedAt
  return { ...unsettled, startedAt, outcome: workerLost, witnessed: undefined }
}

/** What the budget and the times of a callback say at this moment. */
export function circumstancesOf(
  { open, intent }: Pick<OpenedAttempt, 'open' | 'intent'>,
  nowMs: number,
): Circumstances {
  return {
    attempt: open.attempt - open.priorAttempts,
    firstAttemptAtMs: epochMsOf(open.firstAttemptAt),
    expiresAtMs: intent.expiresAt === undefined ? undefined : epochMsOf(intent.expiresAt),
    nowMs,
  }
}
