import { callbackOf } from '../../contract/ids.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { activeJobsKey, delayedJobsKey, dueJobsKey, waitingJobsKey } from '../../redis/keys.ts'
import { readFound, type FoundCallback } from './found-callback.ts'

/** Those that come next, as far as they were asked for; each list is in the order in which they go. */
export interface NextInQueue {
  underWay: FoundCallback[]
  due: FoundCallback[]
  waiting: FoundCallback[]
}

/** The first of each, at the same cost however many come after them. */
export async function readNextInQueue(
  store: DestinationStore,
  count: number,
): Promise<NextInQueue> {
  const { redis, ref } = store
  const last = count - 1
  const [active, first, due, delayed] = await Promise.all([
    redis.lrange(activeJobsKey(ref), 0, last),
    redis.lrange(waitingJobsKey(ref), -count, -1),
    redis.zrange(dueJobsKey(ref), '0', String(last)),
    redis.zrange(delayedJobsKey(ref), '0', String(last)),
  ])
  const [underWay, dueNow, waiting] = await Promise.all(
    // BullMQ takes from the end of its list.
    [active, [...first.toReversed(), ...due].slice(0, count), delayed].map((jobs) =>
      callbacksOf(store, jobs),
    ),
  )
  return { underWay: underWay ?? [], due: dueNow ?? [], waiting: waiting ?? [] }
}

async function callbacksOf(
  store: DestinationStore,
  jobs: readonly string[],
): Promise<FoundCallback[]> {
  const found = await Promise.all(jobs.map((job) => readFound(store, callbackOf(job).id)))
  return found.filter((each) => each !== undefined)
}
