import { addVerification } from '../../shared/store/ledger/attempt-record.ts'
import type { Verdict, VerdictReply } from '../../shared/delivery/settlement.ts'
import { verify } from '../../shared/store/ledger/verify.ts'
import { maskNumber } from '../../shared/phone/mask.ts'
import type { AttemptVerified } from '../../shared/telemetry/events.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { UnverifiedAttempt } from './attempt.ts'
import type { AttemptContext } from './context.ts'
import type { VerdictDecision } from './decide-verdict.ts'
import { fieldsOf, recordedFields } from './decision-fields.ts'
import { endFields } from './end-fields.ts'
import { persist } from './persist.ts'
import { noteVerdict } from './trace-attempt.ts'

/** Writes down what Salesforce says about an attempt in doubt and what follows, together. */
export function recordVerdict(
  attempt: UnverifiedAttempt,
  decision: VerdictDecision,
): Promise<VerdictReply> {
  const { job, context, open, intent } = attempt
  const nowMs = context.clock.now()
  const verdict = verdictOf(decision, context)
  const { state, ...fields } = fieldsOf(decision)
  const { recordId, code, message } = fields
  const at = isoTimestamp(nowMs)
  const input = {
    attempt: open.attempt,
    record: addVerification(open.record, { at, verdict, recordId, code, message }),
    state: decision.kind === 'ask-again' ? 'asking' : state,
    // What a search does not find may be there all the same: late, hidden from its user, or under another number.
    possibleDuplicate: verdict === 'retried' || verdict === 'verified-not-booked',
    verdict,
    ...endFields({ job, context, intent, nowMs }),
    ...fields,
  } as const
  return persist(attempt, () => verify(context.store, input))
}

/** A callback that dies of anything but the doubt does so because it was found not to be booked. */
function verdictOf(
  decision: VerdictDecision,
  { verification }: AttemptContext,
): Verdict | undefined {
  if (decision.kind === 'ask-again') return undefined
  if (decision.kind === 'book') return 'verified-booked'
  if (decision.kind === 'bury' && decision.reason === 'uncertain') return 'held'
  return verification === undefined ? 'retried' : 'verified-not-booked'
}

export function reportVerdict(
  { job, context, open, intent, span }: UnverifiedAttempt,
  decision: VerdictDecision,
  settlement: VerdictReply,
): void {
  const { nextAt, ...fields } = recordedFields(decision, settlement)
  const verified: AttemptVerified = {
    event: 'attempt.verified',
    destination: context.store.ref.destination,
    id: job.id,
    attempt: open.attempt,
    verdict: verdictOf(decision, context) ?? 'unknown',
    ...fields,
    nextAttemptAt: nextAt,
    settlement,
    callbackNumber: maskNumber(intent.callbackNumber),
    trace_id: span?.traceId,
    span_id: span?.spanId,
  }
  context.observe(verified)
  if (span !== undefined) noteVerdict(span, verified)
}
