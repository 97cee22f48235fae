import fc from 'fast-check'
import { DateTime } from 'luxon'
import { expect, it } from 'vitest'

import { epochMsOf, isoTimestamp } from '../../../../src/shared/time/timestamp.ts'

const farthest = 8_640_000_000_000_000
const anyTime = fc.integer({ min: -farthest, max: farthest })
const likelyTime = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) })

it('writes every time as luxon does', () => {
  fc.assert(
    fc.property(fc.oneof(anyTime, likelyTime), (ms) => {
      const byLuxon = DateTime.fromMillis(ms, { zone: 'utc' }).toISO({
        suppressMilliseconds: false,
      })
      expect(isoTimestamp(ms)).toBe(byLuxon)
    }),
  )
})

it('reads every time as luxon does, in whatever zone, precision and spelling it comes', () => {
  const offset = fc.constantFrom('Z', '+01:00', '-0530', '+13', '')
  const parts = fc.tuple(
    fc.integer({ min: 1, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
    fc.integer({ min: 0, max: 24 }),
    fc.integer({ min: 0, max: 60 }),
  )
  fc.assert(
    fc.property(parts, fc.constantFrom('', '.007', '.5', ',25'), offset, (given, part, zone) => {
      const [year, month, day, hour, minute] = given.map((n) => String(n).padStart(2, '0'))
      const date = [year?.padStart(4, '0'), month, day].join('-')
      const time = [hour, minute, `00${part}${zone}`].join(':')
      const text = `${date}T${time}`
      expect(epochMsOf(text)).toBe(DateTime.fromISO(text, { setZone: true }).toMillis())
    }),
    { numRuns: 1_000 },
  )
})

it.each(['2026-02-30T00:00:00.000Z', '2026-02-26T24:00:00.000Z', '+010000-01-01T00:00:00.000Z'])(
  'reads %s as luxon does',
  (text) => {
    expect(epochMsOf(text)).toBe(DateTime.fromISO(text, { setZone: true }).toMillis())
  },
)

it.each([NaN, Infinity, 8_640_000_000_000_001])(
  'writes %d, which is not a time, as nothing',
  (ms) => {
    expect(isoTimestamp(ms)).toBe('')
  },
)
