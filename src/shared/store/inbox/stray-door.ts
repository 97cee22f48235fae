import type { DestinationStore } from '../../redis/destination-store.ts'
import { inboxKey } from '../../redis/keys.ts'
import { emptyDoor } from './door-to-inbox.ts'
import { isStrayInbox } from './is-stray.ts'

/** What lies at a door that no worker ever opened becomes entries of an inbox that no worker ever served. */
export async function openStrayDoor(store: DestinationStore): Promise<void> {
  const { redis, ref } = store
  const isUnserved = (await redis.type(inboxKey(ref))) === 'none' || (await isStrayInbox(store))
  if (isUnserved) await emptyDoor(store)
}
