import { rest } from '../shared/lifecycle/rest.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { UnderWay } from './under-way.ts'

/** A Redis that restarts is often back by then, and takes what is to be given back. */
const patienceMs = 1_000
const lookMs = 100

export interface UnlessPointless {
  redis: Redis
  underWay: UnderWay
  clock: Clock
}

/**
 * Resolves when a worker that is stopping can do nothing more: it holds no callback, and has had no Redis for a second. What it fetched
 * and did not begin is taken over by another, as from one that died. Resolves too when nobody asks any more.
 */
export async function nothingToWaitFor(
  { redis, underWay, clock }: UnlessPointless,
  over: AbortSignal,
): Promise<void> {
  let neededMs = clock.monotonic()
  while (clock.monotonic() - neededMs < patienceMs && !over.aborted) {
    if (redis.status === 'ready' || underWay.count() > 0) neededMs = clock.monotonic()
    await rest(clock, lookMs, over)
  }
}
