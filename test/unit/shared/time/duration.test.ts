import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { formatDuration, parseDurationMs } from '../../../../src/shared/time/duration.ts'

describe('parseDurationMs', () => {
  it.each([
    ['500ms', 500],
    ['0ms', 0],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['PT5M', 300_000],
    ['P1DT2H', 93_600_000],
    ['P2W', 1_209_600_000],
    ['PT0.25S', 250],
    ['PT0S', 0],
    ['PT1,5S', 1_500],
    ['P0.5D', 43_200_000],
    ['P1W1DT1H1M1.5S', 694_861_500],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms)
  })

  it.each([
    ...['', ' ', '5', '5 m', '-5m', '+5m', '5M', '5min', '1e3s', '.5s', '5m30s', 'five'],
    ...['P1DT', 'P1H', 'PT1D', 'P1M2D', 'PT5M3H', 'PT1.S', 'P1W2M', 'P99Y'],
    ...['P', 'PT', 'pt5m', '-PT5M', 'PT-5M', 'P1DT-2H', 'P1M', 'P1Y', 'PT5', '5PT', 'PT5M '],
    '٥s',
  ])('does not read %j', (text) => {
    expect(parseDurationMs(text)).toBeUndefined()
  })
})

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [999, '999ms'],
    [1_000, '1s'],
    [90_000, '90s'],
    [7_200_000, '2h'],
    [86_400_000, '1d'],
    [86_400_001, '86400001ms'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('writes what is read back as the same number of ms', () => {
    const round = fc
      .tuple(fc.nat(100_000), fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000))
      .map(([count, unit]) => count * unit)
    fc.assert(
      fc.property(round, (ms) => {
        expect(parseDurationMs(formatDuration(ms))).toBe(ms)
      }),
    )
  })
})
