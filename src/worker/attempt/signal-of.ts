import type { Pass } from '../../shared/delivery/admission.ts'
import type { Outcome } from '../../shared/delivery/outcome.ts'
import type { SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import type { Signal } from '../../shared/delivery/signal.ts'

/** What is the fault of the callback, or of this worker. */
const ownCodes: readonly string[] = [
  'aborted',
  'lock-at-risk',
  'not-replicated',
  'unusable-call-id',
  'unusable-request',
  'unknown-seal-key',
  'broken-seal',
  'seal-of-another',
]

const limitCodes: readonly string[] = ['rate-limited', 'limit-exceeded']

/** What an outcome says about the destination as a whole; undefined: nothing. */
export function signalOf(outcome: Outcome, answer: SalesforceAnswer): Signal | undefined {
  if (outcome.kind === 'booked') return 'ok'
  if (outcome.kind === 'refused') return `refusal:${outcome.status}:${errorCodeOf(answer)}`
  if (ownCodes.includes(outcome.code)) return undefined
  if (outcome.kind === 'uncertain') return 'uncertain'
  return limitCodes.includes(outcome.code) ? 'limit' : 'failure'
}

/** Salesforce's own word for it: a permission that was taken away gives every callback the same one. */
function errorCodeOf(answer: SalesforceAnswer): string {
  const code = answer.kind === 'answered' ? answer.errors[0]?.code : undefined
  return code !== undefined && /^[\w.-]{1,80}$/.test(code) ? code : ''
}

/** True if it was the probe of an open breaker, and says that it is to stay open. */
export function isFailedProbe({ probeOf }: Pass, signal: Signal | undefined): boolean {
  if (probeOf === undefined || signal === undefined) return false
  return signal === probeOf || (signal !== 'ok' && !signal.startsWith('refusal:'))
}
