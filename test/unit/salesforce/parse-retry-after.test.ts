import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { parseRetryAfterMs } from '../../../src/salesforce/parse-retry-after.ts'

const now = Date.UTC(2026, 1, 26, 15, 40, 52)

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    [' 5 ', 5_000],
    ['0', 0],
    ['-7', 0],
    ['1.5', 2_000],
    ['0.001', 1_000],
    ['120.0', 120_000],
    [' 59.99 ', 60_000],
    ['-0.5', 0],
    [`0.${'9'.repeat(400)}`, 1_000],
    ['Thu, 26 Feb 2026 15:41:52 GMT', 60_000],
    ['Thursday, 26-Feb-26 15:41:52 GMT', 60_000],
    ['Thu Feb 26 15:41:52 2026', 60_000],
    ['Thu, 26 Feb 2026 15:40:52 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ])('%s is a wait of %d ms', (header, expected) => {
    expect(parseRetryAfterMs(header, now)).toBe(expected)
  })

  it.each([
    undefined,
    '',
    ' ',
    'soon',
    '1.',
    '.5',
    '1,5',
    '1.5.2',
    '1e3',
    '0x10',
    '30s',
    '2026-02-26T15:41:52Z',
    '5, 6',
  ])('%s says nothing about a wait', (header) => {
    expect(parseRetryAfterMs(header, now)).toBeUndefined()
  })

  it('gives back any whole number of seconds that was written as an HTTP-date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
        const header = DateTime.fromMillis(now + seconds * 1000, { zone: 'utc' }).toHTTP() ?? ''
        expect(parseRetryAfterMs(header, now)).toBe(seconds * 1000)
      }),
    )
  })

  it('is never shorter than what was asked for, whatever the decimals', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
        const ms = parseRetryAfterMs(seconds.toFixed(6), now)
        expect(ms).toBeGreaterThanOrEqual(Number(seconds.toFixed(6)) * 1_000)
        expect(ms).toBeLessThan(Number(seconds.toFixed(6)) * 1_000 + 1_000)
      }),
    )
  })

  it('is undefined or a whole number of ms in the safe range, whatever the header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (header) => {
        const ms = parseRetryAfterMs(header, now)
        expect(ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)).toBe(true)
      }),
    )
  })
})
