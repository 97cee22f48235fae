/** A day and all that belongs to it, compressed. */
import { expect, it } from 'vitest'

import { patienceMs, scheduleOf } from '../../../../src/compose/rehearse/plan.ts'

const plan = { outageMs: 60_000, arrivals: 3, spike: 150, rate: 20, workers: 2 }

it('makes a day of the outage: a line an hour, a spike after eight, a ramp of two', () => {
  expect(scheduleOf(plan)).toEqual({
    beforeMs: 5_000,
    spikeAfterMs: 20_000,
    stepMs: 2_500,
    rampMs: 5_000,
    expiresAfterMs: 30_000,
  })
})

it('prints no more than a line a second, and ramps no more slowly than by default', () => {
  expect(scheduleOf({ outageMs: 3_000 })).toMatchObject({ stepMs: 1_000, rampMs: 2_000 })
  expect(scheduleOf({ outageMs: 86_400_000 })).toMatchObject({ stepMs: 3_600_000, rampMs: 60_000 })
})

it('waits for a drain at the rate that live callbacks leave', () => {
  // 5 s before, 60 s away, 60 s for a probe, 5 s of ramp; (125 * 3 + 150) / 17 twice; 30 s.
  expect(patienceMs(plan)).toBeCloseTo(160_000 + (2 * 1_000 * 525) / 17)
})
