import type { DestinationStore } from '../../redis/destination-store.ts'
import { inboxKey } from '../../redis/keys.ts'
import { isStream } from '../keys/is-stream.ts'
import { bridgeGroup, inboxDepth } from './inbox.ts'

/** How many intents wait in an inbox that no worker has ever served; 0 of one that is served. */
export async function unservedEntries(store: DestinationStore): Promise<number> {
  const { redis, ref } = store
  const key = inboxKey(ref)
  if (!(await isStream(redis, key))) return 0
  const groups = await redis.xinfo('GROUPS', key)
  const served =
    Array.isArray(groups) && groups.some((group) => String(group).includes(bridgeGroup))
  return served ? 0 : await inboxDepth(store)
}
