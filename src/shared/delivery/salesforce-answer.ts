/** What one POST to `requestCallback` came back with, before anybody judges it. */
export type SalesforceAnswer = AnsweredBySalesforce | FailedBeforeAnswer

/** How far a request got, in this order. Before `sending` no byte of it can have left. */
export const sendPhases = [
  /** No connection was asked for yet. */
  'preparing',
  /** Its host's name is looked up, or TCP connects. */
  'connecting',
  /** TLS shakes hands; the server's certificate is not trusted yet. */
  'securing',
  /** It is being handed to the connection. */
  'sending',
  /** All of it was handed to the operating system. Whether it arrived, nobody knows. */
  'sent',
  /** The head of an answer came. */
  'answered',
] as const

export type SendPhase = (typeof sendPhases)[number]

/** True when a byte of the request may have reached Salesforce. */
export function mayHaveLeft(phase: SendPhase): boolean {
  return sendPhases.indexOf(phase) >= sendPhases.indexOf('sending')
}

/** What is known of the way of a request: of the last one, where an attempt made two. */
export interface Evidence {
  readonly phase: SendPhase
  /** Head and body, before encryption, as handed to the connection; nobody knows how many of them arrived. */
  readonly bytesSent: number
}

export interface AnsweredBySalesforce extends Evidence {
  readonly kind: 'answered'
  readonly status: number
  /** The ContactRequest, when the body named one by what is shaped like an id. */
  readonly recordId: string | undefined
  /** What the body gave in place of an id, where that is none; masked, as errors are. */
  readonly unusableRecordId?: string | undefined
  /** Every error the body named. Numbers and tokens that were echoed in it are masked. */
  readonly errors: SalesforceError[]
  /** From `Retry-After`, unbounded: the one who waits bounds it. */
  readonly retryAfterMs: number | undefined
  readonly durationMs: number
}

interface FailedBeforeAnswer extends Evidence {
  readonly kind: 'failed'
  /**
   * True whenever a byte of a request may have reached Salesforce without an answer to it: the callback may be booked.
   * False only when nothing can have been booked. A try that was answered with 401 does not count as sent.
   */
  readonly sent: boolean
  readonly code: SendFailureCode
  /** Plain words. Never a number, a token or a URL. */
  readonly message: string
  readonly durationMs: number
}

export interface SalesforceError {
  readonly code?: string
  readonly message?: string
}

/** Why there was no answer. */
export type SendFailureCode =
  /** No token could be minted. */
  | 'token-unavailable'
  /** The call id cannot be one segment of a URL path. */
  | 'unusable-call-id'
  /** Another part of the request cannot be put into an HTTP request. */
  | 'unusable-request'
  /** The host name was not resolved. */
  | 'dns'
  /** No TCP connection came about. */
  | 'connect'
  /** The TLS handshake failed, or TLS broke later. */
  | 'tls'
  /** The time for the attempt, or for one phase of it, was up. */
  | 'timeout'
  /** The connection was lost while the request was sent or its answer awaited. */
  | 'reset'
  /** What came back was not HTTP. */
  | 'protocol'
  /** We gave up ourselves, as the caller's signal demanded. */
  | 'aborted'
  /** The number is sealed, and cannot be unsealed. */
  | 'unknown-seal-key'
  | 'broken-seal'
  /** The number was sealed for another callback. */
  | 'seal-of-another'
  /** The connection was there too late: another worker may have taken the callback over. */
  | 'lock-at-risk'
  /** Fewer replicas than are asked for knew of the attempt. */
  | 'not-replicated'
