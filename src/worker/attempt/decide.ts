import type { OnUncertain } from '../../shared/delivery/on-uncertain.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { RetryPolicy } from '../../shared/delivery/retry-policy.ts'
import type { DeadReason } from '../../shared/contract/states.ts'
import { backoffDelayMs } from '../../shared/delivery/backoff.ts'
import type { Random } from '../../shared/time/clock.ts'
import { formatDuration } from '../../shared/time/duration.ts'

/** What becomes of the callback after an attempt. */
export type Decision =
  | { kind: 'book'; recordId: string }
  | { kind: 'retry'; atMs: number; code: string; message: string }
  /** Nothing is sent until Salesforce has said whether it was booked; from `atMs` on it is asked. */
  | { kind: 'verify'; atMs: number; code: string; message: string }
  | { kind: 'bury'; reason: DeadReason; code: string; message: string }

export interface Circumstances {
  /** Within this generation, from 1: what the budget counts. */
  attempt: number
  firstAttemptAtMs: number
  expiresAtMs: number | undefined
  nowMs: number
  /** It was sent to find out whether the destination is back, which it is not: no budget counts it. */
  isFailedProbe: boolean
}

export interface DecisionRules {
  policy: RetryPolicy
  onUncertain: OnUncertain
  /** How long what Salesforce has booked may take to be found: before, no answer to a search is believed. */
  verifyGraceMs: number
  random: Random
}

/** Pure: an outcome, the rules and the circumstances give the same decision for the same draw of chance. */
export function decide(
  outcome: Outcome,
  circumstances: Circumstances,
  rules: DecisionRules,
): Decision {
  if (outcome.kind === 'booked') return { kind: 'book', recordId: outcome.recordId }
  if (outcome.kind === 'uncertain' && rules.onUncertain !== 'retry') {
    return holdOrVerify(outcome, circumstances, rules)
  }
  return retryOrBury(outcome, circumstances, rules)
}

function holdOrVerify(
  { code, message }: Extract<Outcome, { kind: 'uncertain' }>,
  { nowMs }: Circumstances,
  { onUncertain, verifyGraceMs }: DecisionRules,
): Decision {
  if (onUncertain === 'verify')
    return { kind: 'verify', atMs: nowMs + verifyGraceMs, code, message }
  return { kind: 'bury', reason: 'uncertain', code, message: uncertainMessage(message) }
}

/** The words of a dead letter that waits for `dead-letters resolve`. */
export function uncertainMessage(message: string): string {
  return `It is not known whether Salesforce booked it. ${message}`
}

/** What follows a certain no, or an uncertain outcome that is simply tried again. */
export function retryOrBury(
  outcome: Exclude<Outcome, { kind: 'booked' }>,
  circumstances: Circumstances,
  rules: Pick<DecisionRules, 'policy' | 'random'>,
): Extract<Decision, { kind: 'retry' | 'bury' }> {
  const { policy } = rules
  const { code, message } = outcome
  // Nobody can be called until somebody has put the key back, or the number.
  if (isUnsealable(code)) return { kind: 'bury', reason: 'invalid', code, message }
  if (isRefusedForGood(outcome, circumstances, policy)) {
    return { kind: 'bury', reason: 'refused', code, message }
  }
  if (circumstances.attempt >= policy.maxAttempts && !circumstances.isFailedProbe) {
    const spent = `All ${policy.maxAttempts} attempts were made. The last one: ${message}`
    return { kind: 'bury', reason: 'exhausted', code, message: spent }
  }
  const atMs = nextAttemptAtMs(outcome, circumstances, rules)
  if (circumstances.expiresAtMs !== undefined && atMs >= circumstances.expiresAtMs) {
    const late = `Too late to try again before expiresAt. The last attempt: ${message}`
    return { kind: 'bury', reason: 'expired', code, message: late }
  }
  const isTooLate = atMs > circumstances.firstAttemptAtMs + policy.maxRetryDurationMs
  if (isTooLate && !circumstances.isFailedProbe) {
    const spent = `${formatDuration(policy.maxRetryDurationMs)} of attempts are over. The last one: ${message}`
    return { kind: 'bury', reason: 'exhausted', code, message: spent }
  }
  return { kind: 'retry', atMs, code, message }
}

function isUnsealable(code: string): boolean {
  return ['unknown-seal-key', 'broken-seal', 'seal-of-another'].includes(code)
}

/** While every callback is refused for the same reason, none is to die of it. */
function isRefusedForGood(
  outcome: Outcome,
  circumstances: Circumstances,
  policy: RetryPolicy,
): boolean {
  if (outcome.kind !== 'refused' || circumstances.isFailedProbe) return false
  return !inGrace(outcome.status, circumstances, policy)
}

/** A VoiceCall may not exist yet when the callback for it is requested; its 404 may then be tried again for a while. */
function inGrace(status: number, circumstances: Circumstances, policy: RetryPolicy): boolean {
  const elapsedMs = circumstances.nowMs - circumstances.firstAttemptAtMs
  return status === 404 && elapsedMs < policy.notFoundGraceMs
}

/** Retry-After is a floor under the jittered wait, but never above the backoff's maximum: the other side may be wrong. */
function nextAttemptAtMs(
  outcome: Outcome,
  { attempt, nowMs }: Circumstances,
  { policy, random }: Pick<DecisionRules, 'policy' | 'random'>,
): number {
  const asked = outcome.kind === 'unavailable' ? (outcome.retryAfterMs ?? 0) : 0
  const bounded = Math.min(asked, policy.backoff.maxMs)
  return nowMs + Math.max(bounded, backoffDelayMs(attempt, policy.backoff, random))
}
