import { createPeriodic } from '../shared/lifecycle/periodic.ts'
import type { Service } from '../shared/lifecycle/service.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { readServerTimeMs } from '../shared/store/server/server-time.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import { reportFailureOf } from './maintenance/report-failure.ts'

export interface ServerClock extends Clock {
  /** Asks Redis what time it is. Until this has succeeded once, the time is that of the machine. */
  follow(): Promise<void>
}

/** An answer that took longer says what time it was then, and not how long ago that is. */
const promptMs = 1_000

/**
 * Redis' time, carried on by a clock that nobody sets. Redis says when a callback was accepted, so Redis' time says when it
 * is due; and a jump of this machine's clock, by an hour or a summer's time, makes nothing early or late.
 */
export function createServerClock(redis: Redis, machine: Clock): ServerClock {
  let aheadMs: number | undefined
  return {
    now: () => (aheadMs === undefined ? machine.now() : Math.round(machine.monotonic() + aheadMs)),
    monotonic: () => machine.monotonic(),
    sleep: (ms, signal) => machine.sleep(ms, signal),
    follow: async () => {
      const askedMs = machine.monotonic()
      const redisMs = await readServerTimeMs(redis)
      const answeredMs = machine.monotonic()
      // The first answer counts however late it is: it is nearer than the machine's clock, which may be anything.
      if (aheadMs !== undefined && answeredMs - askedMs > promptMs) return
      // Lags Redis by the reply's latency and never leads it, so nothing runs early.
      aheadMs = redisMs - answeredMs
    },
  }
}

/** A clock for each server that was asked for: the primaries of a cluster need not agree. */
export interface ServerClocks {
  of(redis: Redis): ServerClock
  /** This one; to follow it is to follow all. */
  all(clock: ServerClock): ServerClock
}

export function createServerClocks(machine: Clock): ServerClocks {
  const clocks = new Map<Redis, ServerClock>()
  let isFollowed = false
  const follow = async () => {
    isFollowed = true
    await Promise.all([...clocks.values()].map((clock) => clock.follow()))
  }
  return {
    of: (redis) => {
      const known = clocks.get(redis)
      if (known !== undefined) return known
      const clock = createServerClock(redis, machine)
      clocks.set(redis, clock)
      // Of a destination that came later; if it fails it is asked with the others.
      if (isFollowed) clock.follow().catch(() => undefined)
      return clock
    },
    all: (clock) => ({ ...clock, follow }),
  }
}

/** Asks Redis for the time every so often. */
export function followServerClock(
  clock: ServerClock,
  { everyMs, observe }: { everyMs: number; observe: Observer },
): Service {
  const onError = reportFailureOf('clock', observe)
  return createPeriodic('clock', () => clock.follow(), { everyMs, clock, onError })
}
