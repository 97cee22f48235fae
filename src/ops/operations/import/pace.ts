import { rest } from '../../../shared/lifecycle/rest.ts'
import type { Clock } from '../../../shared/time/clock.ts'

/** Resolves when the next line may be submitted. */
export type Pace = () => Promise<void>

/** A timer for each of ten thousand lines a second would cost more than the lines. */
const leastRestMs = 5
/** What was held up for longer is not caught up with at once. */
const mostLateMs = 100

/** So many lines a second, evenly; undefined: as many as can be. */
export function createPace(
  perSecond: number | undefined,
  { clock, stopped }: { clock: Clock; stopped: AbortSignal },
): Pace {
  if (perSecond === undefined) return () => Promise.resolve()
  const gapMs = 1_000 / perSecond
  let nextMs = clock.monotonic()
  return async () => {
    const nowMs = clock.monotonic()
    const waitMs = nextMs - nowMs
    nextMs = Math.max(nextMs, nowMs - mostLateMs) + gapMs
    if (waitMs >= leastRestMs) await rest(clock, waitMs, stopped)
  }
}
