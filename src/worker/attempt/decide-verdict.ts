import type {
  ContactRequestSearch,
  ContactRequestsFound,
  SearchUnavailable,
} from '../../shared/delivery/contact-request-search.ts'
import { backoffDelayMs } from '../../shared/delivery/backoff.ts'
import {
  uncertainMessage,
  retryOrBury,
  type Circumstances,
  type Decision,
  type DecisionRules,
} from './decide.ts'

/** What becomes of a callback whose last attempt was uncertain, once Salesforce was asked, or cannot be. */
export type VerdictDecision =
  | Exclude<Decision, { kind: 'verify' }>
  | { kind: 'ask-again'; atMs: number; code: string; message: string }

export interface UncertainAttempt {
  circumstances: Circumstances
  /** Questions that brought no answer so far. */
  searches: number
  /** Why the attempt was uncertain. */
  code: string
  message: string
}

/** Pure. `search` names only ContactRequests that belong to no other callback of ours. */
export function decideVerdict(
  search: ContactRequestSearch,
  uncertain: UncertainAttempt,
  rules: DecisionRules,
): VerdictDecision {
  switch (search.kind) {
    case 'found':
      return decideFound(search, uncertain, rules)
    case 'unavailable':
      return decideUnanswered(search, uncertain, rules)
    case 'failed': {
      const { code, message } = search
      return bury(code, message)
    }
  }
}

/** For a callback that is to be verified by a worker whose destination does not, or no longer, verify. */
export function decideWithoutSearch(
  { circumstances, code, message }: UncertainAttempt,
  rules: DecisionRules,
): VerdictDecision {
  if (rules.onUncertain !== 'retry') return bury(code, message)
  const outcome = { kind: 'uncertain', status: undefined, code, message } as const
  return retryOrBury(outcome, circumstances, rules)
}

function decideFound(
  { recordIds, complete }: ContactRequestsFound,
  { circumstances, message }: UncertainAttempt,
  rules: DecisionRules,
): VerdictDecision {
  const [recordId, ...others] = recordIds
  if (others.length > 0 || !complete) {
    const them = complete
      ? `${recordIds.length} ContactRequests`
      : 'ContactRequests, maybe not all seen,'
    return bury('several-contact-requests', `Salesforce has ${them} that may be it.`)
  }
  if (recordId !== undefined) return { kind: 'book', recordId }
  const notBooked = {
    kind: 'unavailable',
    status: undefined,
    code: 'verified-not-booked',
    message: `${message} Salesforce has no ContactRequest of it.`,
    retryAfterMs: undefined,
  } as const
  return retryOrBury(notBooked, circumstances, rules)
}

/** Asked again with growing waits, for as long as it would have been tried; then a person has to look. */
function decideUnanswered(
  { code, message, retryAfterMs }: SearchUnavailable,
  { circumstances, searches }: UncertainAttempt,
  { policy, random }: DecisionRules,
): VerdictDecision {
  const { nowMs, firstAttemptAtMs } = circumstances
  const asked = Math.min(retryAfterMs ?? 0, policy.backoff.maxMs)
  const atMs = nowMs + Math.max(asked, backoffDelayMs(searches + 1, policy.backoff, random))
  if (atMs > firstAttemptAtMs + policy.maxRetryDurationMs) return bury(code, message)
  return { kind: 'ask-again', atMs, code, message }
}

function bury(code: string, message: string): VerdictDecision {
  return { kind: 'bury', reason: 'uncertain', code, message: uncertainMessage(message) }
}
