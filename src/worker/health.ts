import { settlesWithin } from '../shared/lifecycle/settles-within.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { ping } from '../shared/store/server/ping.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { DestinationStatus } from './destination-status.ts'
import type { DispatchState } from './dispatch-state.ts'

export interface WorkerHealth {
  redis: boolean
  destinations: Map<string, DestinationHealth>
}

export interface DestinationHealth extends DestinationStatus {
  /** Undefined where Redis does not say. */
  dispatch: DispatchState | undefined
  /** It is not configured any more, and served until nothing of it waits. */
  isDraining: boolean
}

/** How long a health check waits for Redis. A connection that waits for a server to come back answers nothing. */
const pingMs = 1_000

/** What Redis says, or undefined if it says nothing in time. */
export async function answerInTime<Answer>(
  answer: Promise<Answer>,
  clock: Clock,
): Promise<Answer | undefined> {
  try {
    return (await settlesWithin(answer, pingMs, clock)) ? await answer : undefined
  } catch {
    return undefined
  }
}

/** A refusal (loading, no password) is not an answer: nothing can be done with such a Redis. */
export async function respondsToPing(redis: Redis, clock: Clock): Promise<boolean> {
  if (redis.status !== 'ready') return false
  try {
    return await settlesWithin(ping(redis), pingMs, clock)
  } catch {
    return false
  }
}
