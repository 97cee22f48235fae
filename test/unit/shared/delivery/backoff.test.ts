import fc from 'fast-check'
import { expect, it } from 'vitest'

import { backoffDelayMs } from '../../../../src/shared/delivery/backoff.ts'

const almostOne = 1 - Number.EPSILON / 2

it.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [6, 32_000],
  [7, 60_000],
  [100_000, 60_000],
])('waits after failure %i at most %i ms', (attempt, ceiling) => {
  const backoff = { initialMs: 1_000, factor: 2, maxMs: 60_000 }
  expect(backoffDelayMs(attempt, backoff, () => almostOne)).toBe(ceiling)
  expect(backoffDelayMs(attempt, backoff, () => 0.5)).toBe(ceiling / 2)
  expect(backoffDelayMs(attempt, backoff, () => 0)).toBe(0)
})

it('is always a whole number of ms between nothing and the maximum', () => {
  const backoff = fc.record({
    initialMs: fc.integer({ min: 1, max: 1e7 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    maxMs: fc.integer({ min: 1, max: 1e9 }),
  })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), backoff, chance, (attempt, given, draw) => {
      const delay = backoffDelayMs(attempt, given, () => draw)
      expect(Number.isInteger(delay)).toBe(true)
      expect(delay).toBeGreaterThanOrEqual(0)
      expect(delay).toBeLessThanOrEqual(given.maxMs)
    }),
  )
})

it('never has a lower ceiling for a later failure', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.double({ min: 1, max: 4, noNaN: true }),
      (attempt, factor) => {
        const backoff = { initialMs: 7, factor, maxMs: 3_600_000 }
        const ceiling = (n: number) => backoffDelayMs(n, backoff, () => almostOne)
        expect(ceiling(attempt + 1)).toBeGreaterThanOrEqual(ceiling(attempt))
      },
    ),
  )
})
