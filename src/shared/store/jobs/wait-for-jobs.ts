import type { Redis } from '../../redis/connection.ts'
import { jobMarkersKey, type DestinationRef } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** What BullMQ leaves for a worker that waits: there is a job, or there will be at a time. */
export interface JobMarker {
  member: string
  /** 0, or epoch ms. */
  score: number
}

/** The next marker of queues on one server. `redis` is blocked meanwhile: give it its own. `ms` undefined: it does not wait. */
export async function waitForJobs(
  redis: Redis,
  refs: readonly DestinationRef[],
  ms: number | undefined,
): Promise<ReadonlyMap<DestinationRef, JobMarker>> {
  const [first, second] = refs
  const destination = second === undefined ? first?.destination : undefined
  // Less than Redis' clock can tell is for ever.
  const seconds = Math.max(ms ?? 0, 1) / 1_000
  const taken = await takeStep('queue.wait', { destination }, () =>
    redis.bzpopmin(...refs.map(jobMarkersKey), seconds),
  )
  if (taken === null) return new Map()
  const [key, member, score] = taken
  const ref = refs.find((each) => jobMarkersKey(each) === key)
  return ref === undefined ? new Map() : new Map([[ref, { member, score: Number(score) }]])
}
