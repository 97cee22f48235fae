import type { Redis } from '../shared/redis/connection.ts'
import type { Clock } from '../shared/time/clock.ts'

export interface ServerClock extends Clock {
  /** Asks Redis what time it is. Until this has succeeded once, the time is that of the machine. */
  follow(): Promise<void>
}

/** An answer that took longer says what time it was then, and not how long ago that is. */
const promptMs = 1_000

/**
 * Redis' time, carried on by a clock that nobody sets. Redis says when a callback was accepted, so Redis' time says when it
 * is due; and a jump of this machine's clock, by an hour or a summer's time, neither hastens nor delays anything.
 */
export function createServerClock(redis: Redis, machine: Clock): ServerClock {
  let aheadMs: number | undefined
  return {
    now: () => (aheadMs === undefined ? machine.now() : Math.round(machine.monotonic() + aheadMs)),
    monotonic: () => machine.monotonic(),
    sleep: (ms, signal) => machine.sleep(ms, signal),
    follow: async () => {
      const askedMs = machine.monotonic()
      const [seconds, microseconds] = (await redis.time()).map(Number)
      const answeredMs = machine.monotonic()
      // The first answer counts however late it is: it is nearer than the machine's clock, which may be anything.
      if (aheadMs !== undefined && answeredMs - askedMs > promptMs) return
      const redisMs = (seconds ?? NaN) * 1_000 + (microseconds ?? NaN) / 1_000
      // Lags Redis by the reply's latency and never leads it, so nothing runs early.
      aheadMs = redisMs - answeredMs
    },
  }
}
