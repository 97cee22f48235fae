import {
  activeJobs,
  delayedJobs,
  dueJobs,
  retrying,
  schedule,
  waitingJobs,
  workers,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asText } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { aliveMs, decodeWorker, encodeWorker, type WorkerRecord } from './worker-record.ts'

interface HeartbeatInput {
  worker: string
  digest: string
  aliveMs: number
  most: number
}

/** Their descriptions are read as a whole: far more workers than share a destination, and still a megabyte at most. */
const most = 500

const script = defineScript<HeartbeatInput, string[]>({
  name: 'heartbeat',
  beside: import.meta.url,
  keys: { workers, retrying, dueJobs, waitingJobs, delayedJobs, activeJobs, schedule },
  args: ['worker', 'digest', 'aliveMs', 'most'],
  decode: (reply) => asList(reply).map(asText),
})

/** Says that this worker is alive. Gives those that serve the same destination by other settings, or in another version. */
export async function heartbeat(
  store: DestinationStore,
  record: WorkerRecord,
): Promise<WorkerRecord[]> {
  const { digest, member } = encodeWorker(record)
  const others = await script(store, { worker: member, digest, aliveMs, most })
  return others.map(decodeWorker).filter((other) => other !== undefined)
}
