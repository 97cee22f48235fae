import type { Redis } from '../../shared/redis/connection.ts'
import { callbackKey, type Place } from '../../shared/redis/keys.ts'
import { decodeStoredIntent } from '../../shared/ledger/callback-record.ts'
import { findOverdue, type OverdueCallback } from '../../shared/redis/scripts.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackQueue } from '../queue.ts'

export interface OrphanContext {
  redis: Redis
  place: Place
  queue: CallbackQueue
  clock: Clock
  observe: Observer
  /** A callback this long past its time, with no job, has been forgotten by the queue. */
  overdueMs: number
  /** Aborted: the walk may end unfinished. */
  signal: AbortSignal
}

/** So a walk takes at most a thousand callbacks a second, and a percent of a core, however many there are. */
const restMsPerKey = 1

/**
 * The last net: a callback that the ledger promises and the queue has forgotten (its job was removed by hand, the queue
 * was obliterated, a bug) is put back. Walks the ledger slowly; a callback that has its job is never touched.
 */
export async function recoverOrphans(context: OrphanContext): Promise<number> {
  const { redis, place, clock, overdueMs, signal } = context
  const overdue = isoTimestamp(clock.now() - overdueMs)
  const pattern = escapeGlob(callbackKey(place, '')) + '*'
  let recovered = 0
  for await (const page of redis.scanStream({ match: pattern, count: 100 })) {
    if (signal.aborted) break
    const keys = page as string[]
    if (keys.length === 0) continue
    for (const callback of await findOverdue(redis, { keys, at: overdue })) {
      if (await recoverIfOrphaned(callback, context)) recovered += 1
    }
    await clock.sleep(keys.length * restMsPerKey, signal).catch(() => {
      // Woken to stop.
    })
  }
  return recovered
}

async function recoverIfOrphaned(
  { key, state, generation }: OverdueCallback,
  { redis, place, queue, observe }: OrphanContext,
): Promise<boolean> {
  const id = key.slice(callbackKey(place, '').length)
  const job = { id, generation }
  if (await queue.has(job)) return false
  const intent = await redis.hget(key, 'intent')
  if (intent === null) return false
  await queue.add({ ...job, priority: decodeStoredIntent(intent).priority, delayMs: 0 })
  const why = `the ledger says ${state}, the queue had no job`
  observe({ event: 'job.recovered', destination: place.destination, id, why })
  return true
}

/** SCAN takes a glob; braces mean nothing in Redis' globs, but these do. */
function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
