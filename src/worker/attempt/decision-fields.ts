import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { DeadReason } from '../../shared/contract/states.ts'
import type {
  Settlement,
  UncertainFollowUp,
  VerdictReply,
} from '../../shared/delivery/settlement.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Decision } from './decide.ts'
import type { VerdictDecision } from './decide-verdict.ts'

const stateAfter = {
  book: 'booked',
  retry: 'retrying',
  verify: 'retrying',
  'ask-again': 'retrying',
  bury: 'dead',
} as const satisfies Record<(Decision | VerdictDecision)['kind'], string>

export interface DecisionFields {
  state: (typeof stateAfter)[keyof typeof stateAfter]
  recordId: string | undefined
  reason: DeadReason | undefined
  code: string | undefined
  message: string | undefined
  /** ISO. Of the next attempt, or of the next question. */
  nextAt: string | undefined
}

/** A decision as the ledger and the log write it down. */
export function fieldsOf(decision: Decision | VerdictDecision): DecisionFields {
  return {
    state: stateAfter[decision.kind],
    recordId: decision.kind === 'book' ? decision.recordId : undefined,
    reason: decision.kind === 'bury' ? decision.reason : undefined,
    code: 'code' in decision ? decision.code : undefined,
    message: 'message' in decision ? decision.message : undefined,
    nextAt: 'atMs' in decision ? isoTimestamp(decision.atMs) : undefined,
  }
}

/** The same as it was recorded: somebody may have cancelled the callback while the attempt was under way. */
export function recordedFields(
  decision: Decision | VerdictDecision,
  settlement: Settlement | VerdictReply,
): Omit<DecisionFields, 'state'> & { state: DecisionFields['state'] | 'cancelled' } {
  const fields = fieldsOf(decision)
  if (settlement !== 'cancelled') return fields
  return { ...fields, state: 'cancelled', reason: undefined, nextAt: undefined }
}

/** `ended`: nothing more is sent, and the dead letter's reason is another than the doubt. Undefined where there is none. */
export function uncertainFollowUp(
  outcome: Outcome,
  decision: Decision,
): UncertainFollowUp | undefined {
  if (outcome.kind !== 'uncertain') return undefined
  if (decision.kind === 'verify') return 'verifying'
  if (decision.kind === 'retry') return 'retried'
  return decision.kind === 'bury' && decision.reason === 'uncertain' ? 'held' : 'ended'
}
