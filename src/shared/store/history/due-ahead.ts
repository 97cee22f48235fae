import { delayedJobs, schedule } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'

export interface DueAhead {
  /** Epoch ms, Redis' own: of the running bucket, of which what is due already is left out. */
  beganMs: number
  bucketMs: number
  /** How much becomes due in each, the running one first. */
  counts: number[]
}

interface Buckets {
  bucketMs: number
  buckets: number
}

const script = defineReadingScript<Buckets, number[]>({
  name: 'due-ahead',
  beside: import.meta.url,
  keys: { delayedJobs, schedule },
  args: ['bucketMs', 'buckets'],
  decode: (reply) => asList(reply).map(Number),
})

/** What waits for its time, by when that is: the opening bell is seen before it rings. Costs by buckets, not by what waits. */
export async function readDueAhead(store: DestinationStore, input: Buckets): Promise<DueAhead> {
  const [beganMs = 0, ...counts] = await script(store, input)
  return { beganMs, bucketMs: input.bucketMs, counts }
}
