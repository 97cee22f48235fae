/** How many in a second, wherever it begins: no grid of seconds would see what lies across its lines. */
import { expect, it } from 'vitest'

import { firstTimeWith, mostWithin } from '../../../../src/compose/rehearse/sliding-window.ts'

it('finds the busiest second wherever it begins', () => {
  expect(mostWithin(1_000, [100, 900, 950, 1_050, 1_850, 3_000])).toBe(4)
})

it('counts a time that lies a whole window after the first to the next window', () => {
  expect(mostWithin(1_000, [0, 1_000, 2_000])).toBe(1)
  expect(mostWithin(1_000, [0, 999])).toBe(2)
})

it('finds nothing in nothing', () => {
  expect(mostWithin(1_000, [])).toBe(0)
  expect(firstTimeWith({ windowMs: 1_000, count: 2 }, [])).toBeUndefined()
})

it('tells when a window first held so many', () => {
  const times = [0, 800, 1_600, 2_000, 2_300, 2_500]
  expect(firstTimeWith({ windowMs: 1_000, count: 2 }, times)).toBe(800)
  expect(firstTimeWith({ windowMs: 1_000, count: 4 }, times)).toBe(2_500)
  expect(firstTimeWith({ windowMs: 1_000, count: 5 }, times)).toBeUndefined()
})
