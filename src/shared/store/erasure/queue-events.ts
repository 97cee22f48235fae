import type { DestinationStore } from '../../redis/destination-store.ts'
import { queueEventsKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** What BullMQ has noted of a job. */
export interface QueueEvent {
  entryId: string
  values: readonly string[]
}

/** BullMQ keeps about the last thousand. */
export async function readQueueEvents({ redis, ref }: DestinationStore): Promise<QueueEvent[]> {
  const events = await redis.xrange(queueEventsKey(ref), '-', '+')
  return events.map(([entryId, values]) => ({ entryId, values }))
}

/** False: somebody else has taken it away. */
export async function eraseQueueEvent(
  { redis, ref }: DestinationStore,
  entryId: string,
): Promise<boolean> {
  const key = queueEventsKey(ref)
  const { destination } = ref
  return (await takeStep('erase.event', { destination }, () => redis.xdel(key, entryId))) === 1
}
