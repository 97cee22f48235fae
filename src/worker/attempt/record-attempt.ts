import { encodeAttempt } from '../../shared/store/ledger/attempt-record.ts'
import type { Settlement } from '../../shared/delivery/settlement.ts'
import { settle } from '../../shared/store/ledger/settle.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { ConcludedAttempt } from './attempt.ts'
import type { Decision } from './decide.ts'
import { fieldsOf, uncertainFollowUp } from './decision-fields.ts'
import { endFields, keptRecords } from './end-fields.ts'
import { persist } from './persist.ts'

/** Writes down what an attempt came to and what follows, together. */
export function recordAttempt(
  concluded: ConcludedAttempt,
  decision: Decision,
  nowMs: number,
): Promise<Settlement> {
  const { job, context, open, outcome, startedAt } = concluded
  const followed = uncertainFollowUp(outcome, decision)
  const { nextAt, ...fields } = fieldsOf(decision)
  const input = {
    ...endFields({ ...concluded, nowMs }),
    ...fields,
    generation: job.generation,
    attempt: open.attempt,
    record: recordOf(concluded, nowMs),
    nextAttemptAt: nextAt,
    keptRecords,
    // Held and verified callbacks are not sent again unless somebody has said that they were not booked.
    possibleDuplicate: followed === 'retried' || followed === 'ended',
    uncertainSince: decision.kind === 'verify' ? startedAt : undefined,
    followed,
    signal: concluded.signal,
    retryAfterMs: outcome.kind === 'unavailable' ? outcome.retryAfterMs : undefined,
    breakerRules: context.breakerRules,
    recentOutcome: outcome.kind === 'booked' ? 'booked' : `${outcome.kind}:${outcome.code}`,
  }
  return persist(concluded, () => settle(context.store, input))
}

function recordOf(
  { outcome, startedAt, trace, evidence }: ConcludedAttempt,
  nowMs: number,
): string {
  const { kind, ...details } = outcome
  const { phase, bytesSent, durationMs } = evidence ?? {}
  const endedAt = isoTimestamp(nowMs)
  return encodeAttempt({
    startedAt,
    endedAt,
    outcome: kind,
    ...details,
    phase,
    bytesSent,
    durationMs,
    traceparent: trace,
  })
}
