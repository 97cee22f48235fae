import type { Gate } from '../../queue/dispatch.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { Pass } from '../../shared/delivery/admission.ts'
import type { Signal } from '../../shared/delivery/signal.ts'
import type { Evidence, SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import { decodeAttempt } from '../../shared/store/ledger/attempt-record.ts'
import type { BeginResult, OpenAttempt } from '../../shared/store/ledger/begin.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import { classify, workerLost } from './classify.ts'
import type { CallbackJob } from '../../shared/contract/ids.ts'
import type { OpenSpan } from '../../shared/telemetry/traces.ts'
import type { AttemptContext } from './context.ts'
import type { Circumstances } from './decide.ts'
import { isFailedProbe, signalOf } from './signal-of.ts'

/** What is at work: a job of the queue, and what its worker has at hand. */
export interface Work {
  job: CallbackJob
  /** By which it was admitted. */
  pass: Pass
  /** Which gives another moment to what comes late; undefined: none is kept to. */
  gate?: Pick<Gate, 'putOff'>
  context: AttemptContext
  /** Undefined: nobody collects traces. */
  span?: OpenSpan | undefined
}

/** An attempt that the ledger holds open, whoever opened it. */
export interface OpenedAttempt extends Work {
  open: OpenAttempt
  intent: Intent
}

/** One that has come to something. */
export interface ConcludedAttempt extends OpenedAttempt {
  startedAt: string
  /** W3C trace context, of whoever made it. */
  trace: string | undefined
  outcome: Outcome
  /** What it says about the destination as a whole, if anything. */
  signal: Signal | undefined
  /** Undefined: the worker that could have told is lost. */
  evidence: AttemptEvidence | undefined
}

/** One that may have been booked: Salesforce is to be asked. */
export interface UnverifiedAttempt extends OpenedAttempt {
  open: Extract<BeginResult, { kind: 'unverified' }>
}

/** What only the worker knows that made the attempt. */
export interface AttemptEvidence extends Evidence {
  durationMs: number
  /** How long after it was due the attempt began. */
  latenessMs: number
  /** From when the callback was first due until the answer to this attempt. */
  sinceDueMs: number
  traceparent: string | undefined
}

/** An attempt of our own, to which Salesforce has answered, or has not. */
export function answered(
  begun: OpenedAttempt & { open: Extract<BeginResult, { kind: 'begun' }>; startedAtMs: number },
  answer: SalesforceAnswer,
): ConcludedAttempt {
  const { dueAt, firstDueAt, traceparent } = begun.open
  const { phase, bytesSent, durationMs } = answer
  const latenessMs = Math.max(0, begun.startedAtMs - epochMsOf(dueAt))
  const sinceDueMs = Math.max(0, begun.startedAtMs + durationMs - epochMsOf(firstDueAt))
  const outcome = classify(answer)
  return {
    startedAt: isoTimestamp(begun.startedAtMs),
    trace: begun.span?.traceparent,
    outcome,
    signal: signalOf(outcome, answer),
    evidence: { phase, bytesSent, durationMs, latenessMs, sinceDueMs, traceparent },
    ...begun,
  }
}

/** An attempt that a worker opened and never settled. */
export function lost(
  unsettled: OpenedAttempt & { open: Extract<BeginResult, { kind: 'unsettled' }> },
): ConcludedAttempt {
  const { attempt, record } = unsettled.open
  const { startedAt, traceparent: trace } =
    record === undefined
      ? { startedAt: isoTimestamp(unsettled.context.clock.now()), traceparent: undefined }
      : decodeAttempt(attempt, record)
  const outcome = workerLost
  return { startedAt, trace, outcome, signal: undefined, evidence: undefined, ...unsettled }
}

type CircumstancedAttempt = Pick<OpenedAttempt, 'open' | 'intent' | 'pass'> &
  Partial<Pick<ConcludedAttempt, 'signal'>>

/** What the budget and the times of a callback say at this moment. */
export function circumstancesOf(
  { open, intent, pass, signal }: CircumstancedAttempt,
  nowMs: number,
): Circumstances {
  return {
    attempt: open.attempt - open.priorAttempts,
    firstAttemptAtMs: epochMsOf(open.firstAttemptAt) + open.heldMs,
    isFailedProbe: isFailedProbe(pass, signal),
    expiresAtMs: intent.expiresAt === undefined ? undefined : epochMsOf(intent.expiresAt),
    nowMs,
  }
}
