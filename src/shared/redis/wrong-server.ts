import { redisErrorKind, type RedisErrorKind } from './redis-errors.ts'

/** What it answers while it cannot do its work. It mostly passes; where it lasts, the primary may be somewhere else. */
const unable: ReadonlySet<RedisErrorKind> = new Set(['loading', 'cluster-down', 'no-replicas'])

/** How long that may go on before the connection is opened anew, and the address looked up again. */
export const unableForMs = 5_000

/** For ioredis' `reconnectOnError`: go on as you are; connect anew and tell the caller; connect anew and repeat it. */
type Reaction = false | 1 | 2

/**
 * For a connection that fails fast: after any such answer it is opened anew, and the caller is told. Callers set the pace.
 */
export function leaveWrongServer(error: Error): Reaction {
  const kind = redisErrorKind(error)
  return kind === 'replica' || unable.has(kind) ? 1 : false
}

/**
 * For a connection that waits: what a former primary refused is repeated on a new connection, which is not taken for good
 * before its server is a primary. What is only unable is left when that lasts. One for each connection: it remembers.
 */
export function waitForRightServer(monotonic: () => number): (error: Error) => Reaction {
  let unableSinceMs: number | undefined
  return (error) => {
    const kind = redisErrorKind(error)
    if (kind === 'replica') return 2
    if (!unable.has(kind)) return false
    unableSinceMs ??= monotonic()
    if (monotonic() - unableSinceMs < unableForMs) return false
    unableSinceMs = undefined
    return 1
  }
}
