import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { plainDue, plainDuration, plainTime } from '../../../../src/ops/text/plain-time.ts'
import { epochMsOf } from '../../../../src/shared/time/timestamp.ts'

const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

describe('plainDuration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [299_000, '4 min 59 s'],
    [3_600_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('says %i ms as %s', (ms, words) => {
    expect(plainDuration(ms)).toBe(words)
  })

  it('is never more than the time, and less by under one unit of its last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 * 86_400_000 }), (ms) => {
        const parts = [...plainDuration(ms).matchAll(/(\d+) (\w+)/g)]
        const said = parts.reduce(
          (sum, [, n, unit]) => sum + Number(n) * (unitMs.get(unit ?? '') ?? NaN),
          0,
        )
        const largest = unitMs.get(parts[0]?.[2] ?? '') ?? NaN
        const last = Math.max(1, ...[...unitMs.values()].filter((size) => size < largest))
        expect(said).toBeLessThanOrEqual(ms)
        expect(ms - said).toBeLessThan(last === largest ? 1 : Math.max(last, 1_000))
      }),
    )
  })
})

describe('plainTime', () => {
  const iso = '2026-02-26T15:40:52.500Z'
  it.each([
    [-300_000, 'in 5 min'],
    [-500, 'now'],
    [0, 'now'],
    [7_260_000, '2 h 1 min ago'],
  ])('says how far it is: %i ms', (offsetMs, words) => {
    expect(plainTime(iso, epochMsOf(iso) + offsetMs)).toBe(`2026-02-26 15:40:52 UTC (${words})`)
  })

  it('says of something due at its acceptance that it is due now', () => {
    expect(plainDue(iso, iso)).toBe('due now')
    expect(plainDue('2026-02-26T15:40:53.500Z', iso)).toBe('due 2026-02-26 15:40:53 UTC (in 1 s)')
  })
})
