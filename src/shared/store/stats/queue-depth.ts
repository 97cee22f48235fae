import type { DestinationStore } from '../../redis/destination-store.ts'
import { activeJobsKey, delayedJobsKey, dueJobsKey, waitingJobsKey } from '../../redis/keys.ts'

/** What the queue of a destination holds. Costs the same however much that is. */
export interface QueueDepth {
  /** Could go now. */
  due: number
  /** Have a time to wait for: that of the callback, or of its next attempt. */
  waiting: number
  /** In the hands of a worker. */
  underWay: number
}

/** Asks BullMQ's lists themselves: to open its queue would write to Redis. */
export async function readQueueDepth({ redis, ref }: DestinationStore): Promise<QueueDepth> {
  const [first, due, waiting, underWay] = await Promise.all([
    redis.llen(waitingJobsKey(ref)),
    redis.zcard(dueJobsKey(ref)),
    redis.zcard(delayedJobsKey(ref)),
    redis.llen(activeJobsKey(ref)),
  ])
  return { due: first + due, waiting, underWay }
}
