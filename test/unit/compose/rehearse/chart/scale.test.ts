/** The axes of a chart. */
import fc from 'fast-check'
import { expect, it } from 'vitest'

import { exactScale, roundedScale } from '../../../../../src/compose/rehearse/chart/scale.ts'

it.each([
  [450, [0, 100, 200, 300, 400, 500]],
  [20, [0, 5, 10, 15, 20]],
  [21, [0, 10, 20, 30]],
  [0, [0, 0.2, 0.4, 0.6, 0.8, 1]],
])('writes round numbers up to the next one after %i', (most, ticks) => {
  const scale = roundedScale({ most, from: 0, to: 100 }, most < 30 && most > 0 ? 4 : 5)
  expect(scale.ticks.map((tick) => Math.round(tick * 10) / 10)).toEqual(ticks)
})

it('ends a scale of time with its last moment', () => {
  const scale = exactScale({ most: 97, from: 10, to: 107 }, 10)
  expect(scale.ticks).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90])
  expect([scale.at(0), scale.at(97)]).toEqual([10, 107])
})

it('writes a handful of numbers, whatever is shown', () => {
  const most = fc.double({ min: 0.01, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(most, (value) => {
      const { ticks, at } = roundedScale({ most: value, from: 0, to: 100 }, 5)
      expect(ticks.length).toBeGreaterThanOrEqual(2)
      expect(ticks.length).toBeLessThanOrEqual(7)
      expect(at(value)).toBeLessThanOrEqual(100.001)
    }),
  )
})
