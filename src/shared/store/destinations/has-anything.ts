import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey, inboxKey, resultsKey, statsKey } from '../../redis/keys.ts'

/** Whether somebody has sent to this destination, or served it. */
export async function hasAnything({ redis, ref }: DestinationStore): Promise<boolean> {
  const keyOf = [inboxKey, deadLettersKey, resultsKey, statsKey]
  return (await redis.exists(...keyOf.map((each) => each(ref)))) > 0
}
