import { inboxDepth } from '../../src/shared/store/inbox/inbox.ts'
import { queueName, queuePrefix } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { served, type DestinationName } from './destinations.ts'
import { whileConnected, type Patience } from './redis-patience.ts'
import { namespace } from './worker-settings.ts'

/** More than this much waits at a destination: whoever hands in more waits as well. */
const highWater = 250
const lookMs = 500

/** How much waits at each destination that is served: what strays waits for a worker that is not there. */
export interface Tide {
  /** Returns when it is low; `over` aborted: false, if it is not low by then. */
  low(destination: DestinationName): Promise<boolean>
}

/**
 * A machine that is too slow for so many callbacks is no broken promise. On two cores of its own nothing waits here but
 * during an outage; on a busy one less is handed in, so that what was accepted comes to its end in time.
 */
export function watchTide(redisUrl: string, over: AbortSignal): Tide {
  const waiting = new Map<string, number>()
  void whileConnected(redisUrl, async (patience) => {
    while (!over.aborted) {
      for (const destination of served) {
        waiting.set(destination, await countWaiting(destination, patience))
      }
      await systemClock.sleep(lookMs, over).catch(() => undefined)
    }
  })
  const isLow = (destination: DestinationName) => (waiting.get(destination) ?? 0) < highWater
  return {
    low: async (destination) => {
      while (!isLow(destination) && !over.aborted) {
        await systemClock.sleep(lookMs, over).catch(() => undefined)
      }
      return isLow(destination)
    },
  }
}

/** In the inbox, and due on the queue. */
function countWaiting(destination: DestinationName, patience: Patience): Promise<number> {
  const place = { namespace, destination }
  return patience(async (redis) => {
    const entries = await inboxDepth(redis, place)
    return entries + (await redis.zcard(`${queuePrefix(place)}:${queueName}:prioritized`))
  })
}
