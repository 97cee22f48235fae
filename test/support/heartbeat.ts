import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { beatOf, heartbeats } from '../../src/shared/store/workers/heartbeat.ts'
import type { WorkerRecord } from '../../src/shared/store/workers/worker-record.ts'

/** A worker says that it serves one destination. */
export async function heartbeat({ redis, ref }: DestinationStore, worker: WorkerRecord) {
  await heartbeats(redis, [beatOf(ref, worker)])
}
