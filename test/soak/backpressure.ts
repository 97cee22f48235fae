import { inboxDepth } from '../../src/shared/store/inbox/inbox.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { queueName, queuePrefix } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { served, type DestinationName } from './destinations.ts'
import { whileConnected, type Patience } from './redis-patience.ts'
import { namespace } from './worker-settings.ts'

/** While more than this wait at a destination, its producers wait too. */
const limit = 250
const pollMs = 500

/** By how much waits at each destination that is served; a stray waits for a worker that does not exist yet. */
export interface Backpressure {
  /** Returns when the backlog is below the limit; false if it is not by the time `over` is aborted. */
  released(destination: DestinationName): Promise<boolean>
}

/**
 * A machine too slow for so many callbacks breaks no promise. On two idle cores nothing waits here except during an
 * outage; on a busy machine fewer are submitted, so that what was accepted reaches its end in time.
 */
export function watchBacklog(redisUrl: string, over: AbortSignal): Backpressure {
  const waiting = new Map<string, number>()
  void whileConnected(redisUrl, async (patience) => {
    while (!over.aborted) {
      for (const destination of served) {
        waiting.set(destination, await countWaiting(destination, patience))
      }
      await systemClock.sleep(pollMs, over).catch(() => undefined)
    }
  })
  const isBelowLimit = (destination: DestinationName) => (waiting.get(destination) ?? 0) < limit
  return {
    released: async (destination) => {
      while (!isBelowLimit(destination) && !over.aborted) {
        await systemClock.sleep(pollMs, over).catch(() => undefined)
      }
      return isBelowLimit(destination)
    },
  }
}

/** In the inbox, and due on the queue. */
function countWaiting(destination: DestinationName, patience: Patience): Promise<number> {
  const ref = { namespace, destination }
  return patience(async (redis) => {
    const store = openStore(redis, ref)
    const entries = await inboxDepth(store)
    return entries + (await redis.zcard(`${queuePrefix(ref)}:${queueName}:prioritized`))
  })
}
