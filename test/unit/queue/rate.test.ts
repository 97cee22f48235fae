import fc from 'fast-check'
import { expect, it } from 'vitest'

import { limiterFor } from '../../../src/queue/rate.ts'

it.each([
  [0.5, { max: 1, duration: 2_000 }],
  [1, { max: 1, duration: 1_000 }],
  [10, { max: 1, duration: 100 }],
  [20, { max: 1, duration: 50 }],
  [21, { max: 2, duration: 95 }],
  [100, { max: 5, duration: 50 }],
  [1_000, { max: 50, duration: 50 }],
])('holds %d a second with %j', (rate, limiter) => {
  expect(limiterFor(rate)).toEqual(limiter)
})

it('is within 1 % of the rate, in windows of whole ms that are not shorter than 50', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 2_000, noNaN: true }), (rate) => {
      const { max, duration } = limiterFor(rate)
      expect(Number.isInteger(max) && Number.isInteger(duration)).toBe(true)
      expect(duration).toBeGreaterThanOrEqual(50)
      expect(Math.abs((max * 1_000) / duration / rate - 1)).toBeLessThanOrEqual(0.01)
    }),
  )
})
