import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import { bridgeGroup, entryTimeMs, readStray } from '../../shared/inbox/inbox.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { destinationOf, inboxKey, inboxPattern } from '../../shared/redis/keys.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { buryEntry } from '../bury-entry.ts'

export interface StrayContext {
  redis: Redis
  namespace: string
  /** The destinations this worker serves. */
  destinations: readonly string[]
  clock: Clock
  observe: Observer
  retentionMs: number
  /** How long an inbox that nobody serves may wait for its first worker. */
  graceMs: number
}

const batchSize = 100

/**
 * An XADD to a destination that does not exist succeeds, and nobody would ever read it: a promise broken in silence. Such
 * an inbox has no consumer group, because no worker ever served it. Its entries become dead letters of that destination,
 * which `ringback dead-letters redrive` sends again once it is configured. An inbox that any worker ever served is left
 * alone: other workers on the same Redis may serve other destinations.
 */
export async function buryStrayEntries(context: StrayContext): Promise<number> {
  let buried = 0
  for (const destination of await unservedDestinations(context)) {
    buried += await buryEntriesOf(destination, context)
  }
  return buried
}

async function unservedDestinations(context: StrayContext): Promise<string[]> {
  const { redis, namespace, destinations } = context
  const unserved: string[] = []
  for await (const keys of redis.scanStream({ match: inboxPattern(namespace), count: 1_000 })) {
    for (const key of keys as string[]) {
      const destination = destinationOf(key)
      if (destination === undefined || destinations.includes(destination)) continue
      if (!(await isServed(redis, key))) unserved.push(destination)
    }
  }
  return unserved
}

async function isServed(redis: Redis, key: string): Promise<boolean> {
  if ((await redis.type(key)) !== 'stream') return true
  const groups = await redis.xinfo('GROUPS', key)
  return Array.isArray(groups) && groups.some((group) => String(group).includes(bridgeGroup))
}

async function buryEntriesOf(destination: string, context: StrayContext): Promise<number> {
  const { redis, namespace, destinations, clock, observe, graceMs } = context
  const place = { namespace, destination }
  const entries = await readStray(redis, place, batchSize)
  const abandoned = entries.filter(({ entryId }) => clock.now() - entryTimeMs(entryId) >= graceMs)
  for (const entry of abandoned) {
    await buryEntry({ ...context, place }, entry, {
      id: entryDeadLetterId(entry.entryId),
      reason: 'invalid',
      code: 'unknown-destination',
      message: `destination: no worker ever served ${inboxKey(place)}; this one serves ${destinations.join(', ')}`,
    })
  }
  if (entries.length > 0) {
    const message = `nobody serves ${inboxKey(place)}; is the destination's name right?`
    observe({ event: 'inbox.stray', destination, entries: entries.length, message })
  }
  return abandoned.length
}
