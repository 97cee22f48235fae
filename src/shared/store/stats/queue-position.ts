import { jobIdOf, type CallbackJob } from '../../contract/ids.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { dueJobsKey, waitingJobsKey } from '../../redis/keys.ts'

/** How many of those that are due go before this callback; undefined if it is not among them. O(log n) in what is due. */
export async function readJobsBefore(
  { redis, ref }: DestinationStore,
  { id, generation }: CallbackJob,
): Promise<number | undefined> {
  const [first, rank] = await Promise.all([
    redis.llen(waitingJobsKey(ref)),
    redis.zrank(dueJobsKey(ref), jobIdOf(id, generation)),
  ])
  return rank === null ? undefined : first + rank
}
