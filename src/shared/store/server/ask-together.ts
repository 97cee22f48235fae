import type { Redis } from '../../redis/connection.ts'

/** One question over each connection for all that was done over it since the last. The connection waits meanwhile. */
export function askTogether<Answer>(
  ask: (redis: Redis) => Promise<Answer>,
): (redis: Redis) => Promise<Answer> {
  const next = new Map<Redis, Promise<Answer>>()
  return (redis) => {
    const asking =
      next.get(redis) ??
      soon().then(() => {
        next.delete(redis)
        return ask(redis)
      })
    next.set(redis, asking)
    return asking
  }
}

/** For what is answered in the same moment. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
