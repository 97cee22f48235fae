import { isUnknownAuthority } from '../errors/unknown-authority.ts'
import { redisErrorKind } from './redis-errors.ts'

/**
 * Whose failure it is that a command did not do what it was to do. Only what is known to be Redis' is told as Redis': an
 * operator who is sent to look after a healthy server looks in the wrong place.
 */
export type ErrorOrigin =
  /** The connection was not made, or was lost. */
  | 'connection'
  /** The server answered, and would not. */
  | 'refusal'
  /** What lies in Redis is not what Ringback writes there. */
  | 'record'
  /** A bug of ours, or the end of what this process has. */
  | 'ours'

/** A reply that this process cannot hold: whatever it was read from, Ringback did not write it. */
export class UnreadableReply extends Error {
  override readonly name = 'UnreadableReply'
}

export function errorOrigin(error: unknown): ErrorOrigin {
  if (!(error instanceof Error)) return 'ours'
  switch (error.name) {
    case 'ReplyError':
      return replyErrorOrigin(error)
    case 'RefusedConnection':
      return 'refusal'
    case 'PlaceUnknown':
      return 'connection'
    case 'UnreadableReply':
      return 'record'
    default:
      return isAboutConnection(error) ? 'connection' : 'ours'
  }
}

function replyErrorOrigin(error: Error): ErrorOrigin {
  switch (redisErrorKind(error)) {
    case 'other-content':
      return 'record'
    case 'script-defect':
      return 'ours'
    default:
      return 'refusal'
  }
}

/** ioredis tells these with a plain Error: there is nothing else to know them by. */
const connectionLostMessages =
  /^(?:Connection is closed\.?|Stream isn't writeable .*|Command timed out|Command aborted due to connection close|Socket timeout\. .*|Socket closed unexpectedly|connect ETIMEDOUT|timeout|it was not ready .*|Too many Cluster redirections\..*|Failed to refresh slots cache\.|None of startup nodes is available|Cluster isn't ready .*|Unknown RESP type .*)$/

/** Node's, of a socket or of the name of its host. EMFILE and the like are this process's own limits. */
const socketCodes =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|ENOTCONN|EHOST\w+|ENET\w+|EADDRNOTAVAIL|ENOTFOUND|EAI_\w+|EPROTO|ERR_SSL_\w+|ERR_TLS_\w+|ERR_SOCKET_CLOSED|CERT_\w+)$/
const socketCalls = /^(?:connect|getaddrinfo)$/
const ownLimits = /^(?:EMFILE|ENFILE|ENOMEM|ENOBUFS)$/

function isAboutConnection(error: Error): boolean {
  if (error.name === 'MaxRetriesPerRequestError' || connectionLostMessages.test(error.message))
    return true
  if (error instanceof AggregateError) {
    return error.errors.some((each) => each instanceof Error && isAboutConnection(each))
  }
  const { code, syscall } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || ownLimits.test(code)) return false
  if (socketCodes.test(code) || isUnknownAuthority(code)) return true
  return typeof syscall === 'string' && socketCalls.test(syscall) && code.startsWith('E')
}
