import type { DestinationStore } from '../../redis/destination-store.ts'
import { workersKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { encodeWorker, type WorkerRecord } from './worker-record.ts'

/** A worker that stops is no longer counted, at once. */
export async function endHeartbeat(
  { redis, ref }: DestinationStore,
  record: WorkerRecord,
): Promise<void> {
  const { destination } = ref
  await takeStep('heartbeat.end', { destination }, () =>
    redis.zrem(workersKey(ref), encodeWorker(record).member),
  )
}
