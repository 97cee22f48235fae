import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../src/shared/redis/keys.ts'
import { createCallbackQueue } from '../../src/queue/callback-queue.ts'

export interface ScheduledCallback {
  store: DestinationStore
  /** Canonical JSON. */
  intent: string
  expiresAt?: string
  /** Other fields of the ledger. */
  fields?: Record<string, string>
  /** False: the queue knows nothing of it. */
  queued?: false
  /** How long its job waits yet, whatever the ledger says. */
  delayMs?: number
}

/** The callback `one`, due long ago: in the ledger and on the queue, as a bridge has left it. */
export async function scheduled(callback: ScheduledCallback): Promise<void> {
  const { store, intent, expiresAt, fields, queued = true, delayMs = 0 } = callback
  const at = '2026-02-26T15:40:52.000Z'
  await store.redis.hset(callbackKey(store.ref, 'one'), {
    v: '1',
    state: 'scheduled',
    generation: '1',
    intent,
    attempts: '0',
    acceptedAt: at,
    dueAt: at,
    updatedAt: at,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...fields,
  })
  if (!queued) return
  const queue = createCallbackQueue(store)
  await queue.add({ id: 'one', generation: 1, priority: undefined, requestedAtMs: 0, delayMs })
}
