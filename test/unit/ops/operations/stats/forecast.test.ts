import { describe, expect, it } from 'vitest'

import { forecastBacklog } from '../../../../../src/ops/operations/stats/forecast.ts'

const minuteMs = 60_000
const nowMs = Date.UTC(2026, 1, 26, 15, 10)
const arrivals = [
  { beganMs: nowMs - 10 * minuteMs, due: 0 },
  { beganMs: nowMs + 5 * minuteMs, due: 900 },
  { beganMs: nowMs + 20 * minuteMs, due: 0 },
]
const forecast = (due: number, perSecond: number) =>
  forecastBacklog({ due, perSecond, nowMs }, arrivals, 15 * minuteMs)

describe('the forecast of a backlog', () => {
  it('goes down by the rate, from now on, and up by what becomes due', () => {
    expect(forecast(1_000, 1)).toEqual([700, 700, 0])
  })

  it('only grows while nothing may be sent', () => {
    expect(forecast(1_000, 0)).toEqual([1_000, 1_900, 1_900])
  })

  it('is nothing where there is no limit', () => {
    expect(forecast(1_000, Infinity)).toEqual([0, 0, 0])
  })
})
