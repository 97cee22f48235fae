import { workers } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineReadingScript } from '../../redis/script.ts'
import { aliveMs, decodeWorker, type WorkerRecord } from './worker-record.ts'

/** A worker that has said lately that it is there. */
export interface LivingWorker extends WorkerRecord {
  /** Epoch ms, Redis' own. */
  heardMs: number
}

const script = defineReadingScript<{ aliveMs: number }, LivingWorker[]>({
  name: 'living-workers',
  beside: import.meta.url,
  keys: { workers },
  args: ['aliveMs'],
  decode: (reply) => inGroupsOf(2, asList(reply)).flatMap(decodeLiving),
})

/** In the order in which they started. */
export async function readLivingWorkers(store: DestinationStore): Promise<LivingWorker[]> {
  const living = await script(store, { aliveMs })
  return living.toSorted((one, other) => one.startedAt.localeCompare(other.startedAt))
}

function decodeLiving([member, heard]: unknown[]): LivingWorker[] {
  const record = decodeWorker(asText(member))
  return record === undefined ? [] : [{ ...record, heardMs: Number(heard) }]
}
