import fc from 'fast-check'
import { expect, it } from 'vitest'

import { epochMsOf, isoTimestamp } from '../../../../src/shared/time/timestamp.ts'

const epochMs = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })

it.each([
  [0, '1970-01-01T00:00:00.000Z'],
  [1_772_120_452_007, '2026-02-26T15:40:52.007Z'],
  [Date.UTC(2024, 1, 29), '2024-02-29T00:00:00.000Z'],
])('writes %i as %s', (ms, text) => {
  expect(isoTimestamp(ms)).toBe(text)
})

it('writes what is read back as the same instant', () => {
  fc.assert(
    fc.property(epochMs, (ms) => {
      expect(epochMsOf(isoTimestamp(ms))).toBe(ms)
    }),
  )
})

it('sorts as text as it does as time, which the scripts in Redis rely on', () => {
  fc.assert(
    fc.property(epochMs, epochMs, (one, other) => {
      expect(isoTimestamp(one) < isoTimestamp(other)).toBe(one < other)
    }),
  )
})

it.each(['', 'tomorrow', '2026-13-01T00:00:00Z'])('says of %j that it is not a time', (text) => {
  expect(epochMsOf(text)).toBeNaN()
})

it.each([
  ['2026-02-26T15:40:52Z', Date.UTC(2026, 1, 26, 15, 40, 52)],
  ['2026-02-26T16:40:52+01:00', Date.UTC(2026, 1, 26, 15, 40, 52)],
])('reads %s, which others may have written', (text, ms) => {
  expect(epochMsOf(text)).toBe(ms)
})
