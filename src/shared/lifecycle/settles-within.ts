import type { Clock } from '../time/clock.ts'
import { rest } from './rest.ts'

/** False if the work is still under way after `ms`. Rejects if it does by then. */
export async function settlesWithin(
  work: Promise<unknown>,
  ms: number,
  clock: Clock,
): Promise<boolean> {
  const timer = new AbortController()
  const settled = work.then(() => true)
  const late = rest(clock, ms, timer.signal).then(() => false)
  try {
    return await Promise.race([settled, late])
  } finally {
    timer.abort()
  }
}
