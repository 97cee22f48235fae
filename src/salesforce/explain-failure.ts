import {
  mayHaveLeft,
  type SendFailureCode,
  type SendPhase,
} from '../shared/delivery/salesforce-answer.ts'
import { isUnknownAuthority } from '../shared/errors/unknown-authority.ts'

export interface FailureFacts {
  readonly phase: SendPhase
  /** The machine's code, such as `ECONNRESET`. */
  readonly systemCode: string
  readonly cause: 'timeout' | 'abort' | 'error'
  /** The way led through the proxy of HTTPS_PROXY. */
  readonly isProxied?: boolean
}

export interface FailureExplanation {
  readonly sent: boolean
  readonly code: SendFailureCode
  readonly message: string
}

/** Names a failure. The messages are our own words: those of got and Node may carry the host or what was sent. */
export function explainFailure(facts: FailureFacts): FailureExplanation {
  const code = codeOf(facts)
  const detail = facts.cause === 'error' ? ` (${facts.systemCode})` : ''
  const sent = mayHaveLeft(facts.phase)
  const way = facts.isProxied === true && !sent ? ' through the proxy of HTTPS_PROXY' : ''
  const advice = isUnknownAuthority(facts.systemCode) ? adviceOnAuthority : ''
  return {
    sent,
    code,
    message: `${messages[code](facts.phase)}${way}${detail}${advice}.`,
  }
}

const resolverCodes = /^(?:ENOTFOUND|ENODATA|EAI_[A-Z]+)$/
const adviceOnAuthority =
  ': the certificate is from an authority that Node does not know; if a proxy of your own issues it, name that ' +
  'authority’s file in NODE_EXTRA_CA_CERTS before the worker starts'
const tlsCodes = /^(?:EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/
const lostConnection =
  /^(?:ECONNRESET|ECONNABORTED|EPIPE|ENOTCONN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ENETRESET|ERR_STREAM_\w+)$/

type FailureWhileSending = Exclude<
  SendFailureCode,
  | 'token-unavailable'
  | 'unusable-call-id'
  | 'lock-at-risk'
  | 'not-replicated'
  | 'unknown-seal-key'
  | 'broken-seal'
  | 'seal-of-another'
>

function codeOf({ phase, systemCode, cause }: FailureFacts): FailureWhileSending {
  if (cause === 'abort') return 'aborted'
  // The operating system has timeouts too.
  if (cause === 'timeout' || systemCode === 'ETIMEDOUT') return 'timeout'
  if (phase === 'preparing') return 'unusable-request'
  if (resolverCodes.test(systemCode)) return 'dns'
  if (phase === 'connecting') return 'connect'
  if (phase === 'securing' || tlsCodes.test(systemCode)) return 'tls'
  return lostConnection.test(systemCode) ? 'reset' : 'protocol'
}

const waitingFor: Record<SendPhase, string> = {
  preparing: 'a connection was made',
  connecting: 'a connection was made',
  securing: 'the TLS handshake was done',
  sending: 'Salesforce answered',
  sent: 'Salesforce answered',
  answered: 'the answer had ended',
}

const messages: Record<FailureWhileSending, (phase: SendPhase) => string> = {
  aborted: (phase) =>
    mayHaveLeft(phase)
      ? 'The attempt was aborted while waiting for an answer'
      : 'The attempt was aborted before anything was sent',
  timeout: (phase) => `The time ran out before ${waitingFor[phase]}`,
  'unusable-request': () => 'The request contains something that HTTP cannot carry',
  dns: () => "Salesforce's host name could not be resolved",
  connect: () => 'No connection to Salesforce could be made',
  tls: () => 'No trusted TLS connection to Salesforce could be made',
  reset: () => 'The connection was lost before Salesforce answered',
  protocol: () => 'What came back was not an HTTP answer',
}
