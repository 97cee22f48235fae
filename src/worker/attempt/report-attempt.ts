import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { Settlement } from '../../shared/delivery/settlement.ts'
import { maskNumber } from '../../shared/phone/mask.ts'
import type { AttemptSettled } from '../../shared/telemetry/events.ts'
import type { ConcludedAttempt } from './attempt.ts'
import type { Decision } from './decide.ts'
import { recordedFields, uncertainFollowUp } from './decision-fields.ts'
import { noteAttempt } from './trace-attempt.ts'

/** The one wide line of an attempt. */
export function reportAttempt(
  { job, context, open, intent, outcome, evidence, span }: ConcludedAttempt,
  decision: Decision,
  settlement: Settlement,
): void {
  const { state, reason, nextAt } = recordedFields(decision, settlement)
  const settled: AttemptSettled = {
    event: 'attempt.settled',
    destination: context.store.ref.destination,
    id: job.id,
    generation: job.generation,
    attempt: open.attempt,
    ...describe(outcome),
    state,
    reason,
    nextAttemptAt: nextAt,
    followed: uncertainFollowUp(outcome, decision),
    phase: evidence?.phase,
    bytesSent: evidence?.bytesSent,
    durationMs: evidence?.durationMs,
    latenessMs: evidence?.latenessMs,
    sinceDueMs: evidence?.sinceDueMs,
    settlement,
    callbackNumber: maskNumber(intent.callbackNumber),
    traceparent: evidence?.traceparent,
    trace_id: span?.traceId,
    span_id: span?.spanId,
  }
  context.observe(settled)
  if (span !== undefined) noteAttempt(span, settled)
}

function describe(outcome: Outcome) {
  const { kind, status } = outcome
  if (kind === 'booked') {
    const { recordId } = outcome
    return { outcome: kind, status, recordId, code: undefined, message: undefined }
  }
  const { code, message } = outcome
  return { outcome: kind, status, recordId: undefined, code, message }
}
