import { jobIdOf, type CallbackJob } from '../../contract/ids.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { scheduleKey } from '../../redis/keys.ts'

/** How many are put off, and have no job yet. */
export function countScheduled({ redis, ref }: DestinationStore): Promise<number> {
  return redis.zcard(scheduleKey(ref))
}

/** Until when a callback is put off, epoch ms; undefined if it is not. */
export async function readScheduledMs(
  { redis, ref }: DestinationStore,
  { id, generation }: CallbackJob,
): Promise<number | undefined> {
  const score = await redis.zscore(scheduleKey(ref), jobIdOf(id, generation))
  return score === null ? undefined : Number(score)
}
