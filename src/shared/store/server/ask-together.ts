import type { Redis } from '../../redis/connection.ts'
import { waitForCopies, type Copies, type CopiesWish } from './wait-for-copies.ts'

/** One question over each connection for all that was done over it since the last. The connection waits meanwhile. */
export function askTogether(wish: CopiesWish): (redis: Redis) => Promise<Copies> {
  const next = new Map<Redis, Promise<Copies>>()
  return (redis) => {
    const asking =
      next.get(redis) ??
      soon().then(() => {
        next.delete(redis)
        return waitForCopies(redis, wish)
      })
    next.set(redis, asking)
    return asking
  }
}

/** For what is answered in the same moment. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
