/** What an attempt may come to besides a booking, as a word for programs. docs/wire-protocol.md explains them. */
export const attemptCodes = [
  // Nothing was booked.
  'unauthorized',
  'rate-limited',
  'limit-exceeded',
  'request-timeout',
  'too-early',
  'service-unavailable',
  'redirected',
  'dns',
  'connect',
  'tls',
  'timeout',
  'aborted',
  'token-unavailable',
  'unusable-call-id',
  'unusable-request',
  'lock-at-risk',
  'not-replicated',
  'unknown-seal-key',
  'broken-seal',
  'seal-of-another',
  // Something may have been booked; `timeout`, `tls` and `aborted` too, once the request was sent.
  'no-record-id',
  'errors-in-success',
  'worker-lost',
  'reset',
  'protocol',
] as const

export type AttemptCode = (typeof attemptCodes)[number] | `http-${number}`

/** Why a callback died, where it is not the code of its last attempt. */
export const deathCodes = [
  'invalid-intent',
  'no-intent-field',
  'repeated-intent-field',
  'repeated-wish-field',
  'invalid-cancel',
  'invalid-reschedule',
  'unknown-callback',
  'wrong-partition',
  'number-key-unknown',
  'entry-too-large',
  'id-conflict',
  'unknown-destination',
  'unprocessable',
  'unknown-seal-key',
  'broken-seal',
  'sealing-required',
  'seal-of-another',
  'binding-required',
  'expires-before-due',
  'expired',
  'several-contact-requests',
  'record-of-another',
] as const

/**
 * The codes that this version knows. There are others: what a search was refused with is Salesforce's, and a newer worker
 * may write what this version has not heard of.
 */
export type CallbackCode =
  | AttemptCode
  | (typeof deathCodes)[number]
  | 'verified-not-booked'
  // Keeps the words above known to an editor, which a plain string would swallow.
  | (string & Record<never, never>)
