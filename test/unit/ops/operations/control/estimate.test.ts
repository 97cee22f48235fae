import fc from 'fast-check'
import { expect, it } from 'vitest'

import { estimate, type Load } from '../../../../../src/ops/operations/control/estimate.ts'
import type { ShownControl } from '../../../../../src/ops/operations/control/shown-control.ts'

const nowMs = Date.UTC(2026, 1, 26, 15)
const since = '2026-02-26T14:00:00.000Z'
const idle: Load = { due: 100, arriving: 0, attempts: 0 }

function serving(rate: number | 'none', changes: Partial<ShownControl> = {}): ShownControl {
  return {
    dispatch: 'running',
    intake: 'running',
    breaker: { state: 'closed' },
    rate: { configured: rate, current: rate, slowed: false },
    workers: 2,
    ...changes,
  }
}

const due = fc.integer({ min: 0, max: 10_000_000 })
const rates = fc.double({ min: 0.001, max: 10_000, noNaN: true })

function atMs(load: Load, control: ShownControl): number {
  const estimated = estimate(load, control, nowMs)
  if (estimated.kind === 'known') return estimated.atMs
  throw new Error(`it is not known: ${estimated.why}`)
}

it('is what is due, divided by the rate', () => {
  expect(atMs(idle, serving(10))).toBe(nowMs + 10_000)
  fc.assert(
    fc.property(due, rates, (jobs, rate) => {
      const seconds = (atMs({ ...idle, due: jobs }, serving(rate)) - nowMs) / 1_000
      expect(Math.abs(seconds - jobs / rate)).toBeLessThanOrEqual(0.002 + (jobs / rate) * 1e-6)
    }),
  )
})

it('is no sooner for more callbacks, for a lower rate or for more that come in', () => {
  fc.assert(
    fc.property(due, due, rates, rates, (some, more, rate, slower) => {
      const load = { ...idle, due: some }
      const later = atMs({ ...load, due: some + more }, serving(rate))
      expect(later).toBeGreaterThanOrEqual(atMs(load, serving(rate)))
      const [low, high] = [Math.min(rate, slower), Math.max(rate, slower)]
      expect(atMs(load, serving(low))).toBeGreaterThanOrEqual(atMs(load, serving(high)))
      const beside = atMs({ ...load, arriving: rate / 2 }, serving(rate))
      expect(beside).toBeGreaterThanOrEqual(atMs(load, serving(rate)))
    }),
  )
})

it('is now where nothing is due, whatever the rate is', () => {
  fc.assert(
    fc.property(fc.option(rates, { nil: 'none' as const }), (rate) => {
      expect(atMs({ ...idle, due: 0 }, serving(rate))).toBe(nowMs)
    }),
  )
})

it('begins at the end of a pause that has one', () => {
  const until = '2026-02-26T16:00:00.000Z'
  const paused = serving(10, {
    dispatch: 'paused',
    dispatchPause: { since, until },
    rate: { configured: 10, current: 0, slowed: false },
  })
  expect(atMs(idle, paused)).toBe(Date.parse(until) + 10_000)
})

it('goes by the rate that comes after a ramp or a limit, and by one that somebody has set', () => {
  const rising = serving(10, {
    breaker: { state: 'ramp', since },
    rate: { configured: 10, current: 1, slowed: true },
  })
  expect(atMs(idle, rising)).toBe(nowMs + 10_000)
  const override = { rate: 20, at: since }
  const set = serving(10, { rate: { configured: 10, current: 20, override, slowed: false } })
  expect(atMs(idle, set)).toBe(nowMs + 5_000)
})

it('goes by the attempts that are made where there is no limit', () => {
  expect(atMs({ ...idle, attempts: 50, arriving: 30 }, serving('none'))).toBe(nowMs + 5_000)
})

it.each<[string, Load, ShownControl]>([
  ['no-worker', idle, serving(10, { workers: 0 })],
  ['paused', idle, serving(10, { dispatch: 'paused', dispatchPause: { since } })],
  ['breaker-open', idle, serving(10, { breaker: { state: 'open', since } })],
  ['breaker-open', idle, serving(10, { breaker: { state: 'half-open', since } })],
  ['rate-unknown', idle, serving(10, { rate: { slowed: false } })],
  ['rate-unknown', idle, serving(10, { rate: { current: 0, slowed: false } })],
  ['no-limit', idle, serving('none')],
  ['nothing-left', { ...idle, arriving: 10 }, serving(10)],
  ['nothing-left', { ...idle, arriving: 12 }, serving(10)],
])('is not known: %s', (why, load, control) => {
  expect(estimate(load, control, nowMs)).toEqual({ kind: 'unknown', why })
})
