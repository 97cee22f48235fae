import type { Redis } from '../../redis/connection.ts'
import { openStore } from '../../redis/destination-store.ts'
import {
  activeJobsKey,
  delayedJobsKey,
  dueJobsKey,
  retryingKey,
  scheduleKey,
  waitingJobsKey,
  workersKey,
  type DestinationRef,
} from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'
import { definePagedScript } from '../../redis/script.ts'
import { aliveMs, decodeWorker, encodeWorker, type WorkerRecord } from './worker-record.ts'

/** Their descriptions are read as a whole: far more workers than share a destination, and still a megabyte at most. */
const most = 500

/** What a worker says of a destination that it serves: the same words every time. */
export interface Beat {
  ref: DestinationRef
  /** Its digest, a space, and JSON. */
  worker: string
  digest: string
}

const script = definePagedScript<{ aliveMs: number; most: number }, Beat, string[]>({
  name: 'heartbeat',
  beside: import.meta.url,
  keys: {},
  args: ['aliveMs', 'most'],
  each: {
    keys: {
      workers: (_, { ref }) => workersKey(ref),
      retrying: (_, { ref }) => retryingKey(ref),
      dueJobs: (_, { ref }) => dueJobsKey(ref),
      waitingJobs: (_, { ref }) => waitingJobsKey(ref),
      delayedJobs: (_, { ref }) => delayedJobsKey(ref),
      activeJobs: (_, { ref }) => activeJobsKey(ref),
      schedule: (_, { ref }) => scheduleKey(ref),
    },
    args: ['worker', 'digest'],
  },
  decode: (reply) => asList(reply).map(asText),
})

export function beatOf(ref: DestinationRef, record: WorkerRecord): Beat {
  const { digest, member } = encodeWorker(record)
  return { ref, worker: member, digest }
}

/**
 * Says of destinations on one server that this worker is alive. Gives of each those that serve it by other settings, or in another
 * version.
 */
export async function heartbeats(
  redis: Redis,
  beats: readonly Beat[],
): Promise<readonly WorkerRecord[][]> {
  const [first] = beats
  if (first === undefined) return []
  const others = await script(openStore(redis, first.ref), { aliveMs, most }, beats)
  return others.map((each) => each.map(decodeWorker).filter((other) => other !== undefined))
}
