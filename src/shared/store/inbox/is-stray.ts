import type { DestinationStore } from '../../redis/destination-store.ts'
import { inboxKey } from '../../redis/keys.ts'
import { bridgeGroup } from './inbox.ts'

/** True for an inbox that was sent to, and has no consumer group: no worker ever served it. */
export async function isStrayInbox({ redis, ref }: DestinationStore): Promise<boolean> {
  const key = inboxKey(ref)
  if ((await redis.type(key)) !== 'stream') return false
  const groups = await redis.xinfo('GROUPS', key)
  return !(Array.isArray(groups) && groups.some((group) => String(group).includes(bridgeGroup)))
}
