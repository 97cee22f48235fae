import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import type { RetryPolicy } from '../../../../src/shared/delivery/retry-policy.ts'
import { backoffDelayMs } from '../../../../src/shared/delivery/backoff.ts'
import type { Random } from '../../../../src/shared/time/clock.ts'
import { clockIn2026, sampleEnvironment } from './sample-environment.ts'

const hourMs = 3_600_000
const outageMs = 24 * hourMs
const retry = defaultPolicy()

/** When attempt `maxAttempts` would start, if every attempt failed at once: the worst case for the budget. */
function lastAttemptMs(random: Random): number {
  let elapsedMs = 0
  for (let attempt = 1; attempt < retry.maxAttempts; attempt += 1) {
    elapsedMs += backoffDelayMs(attempt, retry.backoff, random)
  }
  return elapsedMs
}

describe('the default retry policy', () => {
  it('carries a callback through an outage of 24 hours, whatever the jitter draws', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(lastAttemptMs(seeded(seed))).toBeGreaterThan(outageMs)
      }),
      { seed: 20_260_226, numRuns: 1000 },
    )
    expect(retry.maxRetryDurationMs).toBeGreaterThan(outageMs)
  })

  it('spends its 36 hours before its 600 attempts, as its description says', () => {
    const runs = 1000
    let totalMs = 0
    for (let seed = 0; seed < runs; seed += 1) {
      const lastMs = lastAttemptMs(seeded(seed))
      expect(lastMs).toBeGreaterThan(retry.maxRetryDurationMs)
      totalMs += lastMs
    }
    expect(totalMs / runs / hourMs).toBeCloseTo(49, 0)
  })
})

function defaultPolicy(): RetryPolicy {
  const [destination] = loadWorkerConfig(sampleEnvironment, clockIn2026).destinations
  if (destination === undefined) throw new Error('no destination')
  return destination.retry
}

/** Mulberry32: small, and good enough for sums of 600 draws. */
function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
