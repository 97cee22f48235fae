import fc from 'fast-check'
import { expect, it } from 'vitest'

import { oldestResultId } from '../../../../src/shared/results/results.ts'

it.each([
  [1_772_120_452_000, 604_800_000, '1771515652000-0'],
  [1_772_120_452_000, 0, '1772120452000-0'],
  [1_000, 2_000, '0-0'],
])('keeps at %i with a retention of %i ms what is not older than %s', (now, retention, id) => {
  expect(oldestResultId(now, retention)).toBe(id)
})

it('is always an id that Redis takes', () => {
  fc.assert(
    fc.property(fc.nat(4e12), fc.nat(4e12), (now, retention) => {
      expect(oldestResultId(now, retention)).toMatch(/^[0-9]{1,13}-0$/)
    }),
  )
})
