import { isReply, redisErrorKind, type RedisErrorKind } from './redis-errors.ts'

/** What has to do with the command itself. All else is a trouble of Redis'. */
const aboutCommand: ReadonlySet<RedisErrorKind> = new Set([
  'other-content',
  'cross-slot',
  'group-exists',
  'unknown-script',
  'script-defect',
  'other',
])

/**
 * True when Redis was there and would not do it, for a reason that passes: it is full, it is loading, it is a replica, or the
 * results have come to their last id, until somebody repairs them.
 */
export function isTransientRedisError(error: unknown): error is Error {
  return isReply(error) && !aboutCommand.has(redisErrorKind(error))
}

/** Plain errors of Node, told apart by their codes, that say something of what was to be done and not of the connection. */
const tooMuchForNode: ReadonlySet<unknown> = new Set([
  'ERR_STRING_TOO_LONG',
  'ERR_BUFFER_TOO_LARGE',
])

/**
 * True for a failure that this entry will meet again and others will not: a bug of ours, a key of another type under its
 * id. Trouble of Redis passes, and must cost no entry its life.
 */
export function isPoisonMessage(error: unknown): boolean {
  if (!(error instanceof Error)) return true
  if (isReply(error)) return !isTransientRedisError(error)
  if ('code' in error && tooMuchForNode.has(error.code)) return true
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}
