import type { Backoff } from './retry-policy.ts'
import type { Random } from '../time/clock.ts'

/**
 * The wait after the n-th failed attempt (n from 1), drawn evenly from 0 … min(maxMs, initialMs · factor^(n - 1)).
 * Full jitter: callbacks that failed together come back spread out, at the price of half the mean wait.
 */
export function backoffDelayMs(attempt: number, backoff: Backoff, random: Random): number {
  const ceiling = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attempt - 1))
  return Math.round(ceiling * random())
}
