import type { Redis } from '../../redis/connection.ts'
import {
  deadLettersKey,
  inboxKey,
  resultsKey,
  statsKey,
  type DestinationRef,
} from '../../redis/keys.ts'

/** Whether somebody has sent to this destination, or served it. */
export async function hasAnything(redis: Redis, ref: DestinationRef): Promise<boolean> {
  const keyOf = [inboxKey, deadLettersKey, resultsKey, statsKey]
  return (await redis.exists(...keyOf.map((each) => each(ref)))) > 0
}
