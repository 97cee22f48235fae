import type { DestinationStore } from '../../redis/destination-store.ts'
import { doorKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { entryOf, type InboxEntry } from './entry.ts'

/** Few at a time: nobody has measured yet what lies there. */
const pageSize = 10

/**
 * What lies at the door, as the entries that will come of it, which have no id yet. Takes nothing away. From the newest to the
 * oldest: workers take the oldest away meanwhile, and none is passed over by that.
 */
export async function readDoor({ redis, ref }: DestinationStore): Promise<InboxEntry[]> {
  const found: InboxEntry[] = []
  for (let last = -1; ; last -= pageSize) {
    const page = await redis.lrangeBuffer(doorKey(ref), last - pageSize + 1, last)
    found.push(...page.map((intent) => entryOf('at the door', [Buffer.from('intent'), intent])))
    if (page.length < pageSize) return found
  }
}

/** How many lie there; none for a user who may not ask. */
export async function doorDepth({ redis, ref }: DestinationStore): Promise<number> {
  try {
    return await redis.llen(doorKey(ref))
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return 0
  }
}
