import { encodeAttempt } from '../../shared/store/ledger/attempt-record.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { Settlement } from '../../shared/delivery/settlement.ts'
import { settle, type SettleInput } from '../../shared/store/ledger/settle.ts'
import type { ConcludedAttempt } from './attempt.ts'
import type { Decision } from './decide.ts'
import { fieldsOf, uncertainFollowUp } from './decision-fields.ts'
import { endFields, keptRecords } from './end-fields.ts'
import { persist } from './persist.ts'

/**
 * Writes down what an attempt came to and what follows, together. Each field by its name: an object that is put together of others
 * cost as much garbage as the whole request.
 */
export function recordAttempt(
  concluded: ConcludedAttempt,
  decision: Decision,
  nowMs: number,
): Promise<Settlement> {
  const { job, context, open, intent, outcome, startedAt } = concluded
  const followed = uncertainFollowUp(outcome, decision)
  const { state, recordId, reason, code, message, nextAt } = fieldsOf(decision)
  const { now, retentionMs, attributes, ownerTtlMs } = endFields({ job, context, intent, nowMs })
  const input: SettleInput = {
    id: job.id,
    now,
    nowMs,
    retentionMs,
    attributes,
    ownerTtlMs,
    state,
    recordId,
    reason,
    code,
    message,
    generation: job.generation,
    attempt: open.attempt,
    record: recordOf(concluded, now),
    nextAttemptAt: nextAt,
    keptRecords,
    // Held and verified callbacks are not sent again unless somebody has said that they were not booked.
    possibleDuplicate: followed === 'retried' || followed === 'ended',
    uncertainSince: decision.kind === 'verify' ? startedAt : undefined,
    followed,
    signal: concluded.signal,
    retryAfterMs: retryAfterOf(outcome),
    breakerRules: context.breakerRules,
    recentOutcome: outcome.kind === 'booked' ? 'booked' : `${outcome.kind}:${outcome.code}`,
  }
  return persist(concluded, () => settle(context.store, input))
}

function retryAfterOf(outcome: Outcome): number | undefined {
  return outcome.kind === 'unavailable' ? outcome.retryAfterMs : undefined
}

function recordOf(
  { outcome, startedAt, trace, evidence }: ConcludedAttempt,
  endedAt: string,
): string {
  const { kind, status } = outcome
  const isBooked = kind === 'booked'
  return encodeAttempt({
    startedAt,
    endedAt,
    outcome: kind,
    status,
    code: isBooked ? undefined : outcome.code,
    message: isBooked ? undefined : outcome.message,
    recordId: isBooked ? outcome.recordId : undefined,
    retryAfterMs: retryAfterOf(outcome),
    phase: evidence?.phase,
    bytesSent: evidence?.bytesSent,
    durationMs: evidence?.durationMs,
    traceparent: trace,
  })
}
