import { jobIdOf, type CallbackJob } from '../../contract/ids.ts'
import type { Redis } from '../../redis/connection.ts'
import { dueJobsKey, waitingJobsKey, type DestinationRef } from '../../redis/keys.ts'

/** How many of those that are due go before this callback; undefined if it is not among them. O(log n) in what is due. */
export async function readJobsBefore(
  redis: Redis,
  ref: DestinationRef,
  { id, generation }: CallbackJob,
): Promise<number | undefined> {
  const [first, rank] = await Promise.all([
    redis.llen(waitingJobsKey(ref)),
    redis.zrank(dueJobsKey(ref), jobIdOf(id, generation)),
  ])
  return rank === null ? undefined : first + rank
}
