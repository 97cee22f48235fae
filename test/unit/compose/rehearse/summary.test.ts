/** What a rehearsal came to, from what was seen of it. */
import { describe, expect, it } from 'vitest'

import { waitingOverTime, type Recording } from '../../../../src/compose/rehearse/recording.ts'
import { summarize } from '../../../../src/compose/rehearse/summary.ts'
import { samplePlan, sampleRecording } from './sample-recording.ts'

function summaryOf(changes: Partial<Recording> = {}) {
  return summarize({ ...sampleRecording(), ...changes }, samplePlan)
}

it('counts each callback by its end', () => {
  expect(summaryOf()).toMatchObject({
    accepted: 121,
    booked: 120,
    expired: 1,
    dead: 0,
    lost: 0,
    duplicates: 0,
    bookedLate: 0,
  })
})

it('finds a callback without an end, one that was booked twice, and one that was booked too late', () => {
  const { bookings } = sampleRecording()
  const twice = { id: 'spike-3', atMs: 55_000 }
  expect(summaryOf({ otherEnds: [] })).toMatchObject({ lost: 1, expired: 0 })
  expect(summaryOf({ bookings: [...bookings, twice] })).toMatchObject({
    duplicates: 1,
    booked: 120,
  })
  const late = { id: 'expiring', atMs: 39_001 }
  expect(summaryOf({ bookings: [...bookings, late] })).toMatchObject({ bookedLate: 1 })
})

it('takes no booking for late whose request was on its way when the callback expired', () => {
  const { bookings } = sampleRecording()
  const onItsWay = { id: 'expiring', atMs: 38_030 }
  expect(summaryOf({ bookings: [...bookings, onItsWay] })).toMatchObject({ bookedLate: 0 })
})

it('tells the dead letters of an outage from those that expired', () => {
  const otherEnds = [{ id: 'expiring', atMs: 40_000, reason: 'exhausted' }]
  expect(summaryOf({ otherEnds })).toMatchObject({ dead: 1, expired: 0 })
})

describe('requests while Salesforce is away', () => {
  it('are counted until the breaker opens, in its first 15 seconds, and after those', () => {
    expect(summaryOf().outage).toEqual({
      requests: 10,
      openedAfterMs: 2_000,
      firstProbes: 3,
      laterProbes: 2,
      laterMs: 23_000,
    })
  })

  it('are not told apart where the breaker never opened', () => {
    const outage = { requests: 10, openedAfterMs: undefined, firstProbes: 0, laterProbes: 0 }
    expect(summaryOf({ samples: [] }).outage).toMatchObject(outage)
  })
})

describe('recovery', () => {
  it('is timed from the moment at which Salesforce is back', () => {
    const { recovery } = summaryOf()
    expect(recovery).toMatchObject({ backlog: 41 + 60, firstBookingMs: 2_000, fullRateMs: 2_800 })
    // The last one that had to wait was booked at 58.2 s.
    expect(recovery.drainedMs).toBe(13_200)
  })

  it('compares the drain at the full rate with the backlog then, and what came until its end, divided by the rate', () => {
    expect(summaryOf().recovery.atFullRate).toEqual({
      callbacks: 105,
      tookMs: 10_400,
      expectedMs: 10_500,
    })
  })

  it('has no full rate where all was sent before it was reached', () => {
    const requests = sampleRecording().requests.filter((_, nth) => nth % 3 === 0)
    const { fullRateMs, atFullRate } = summaryOf({ requests }).recovery
    expect({ fullRateMs, atFullRate }).toEqual({ fullRateMs: undefined, atFullRate: undefined })
  })

  it('has no times where Salesforce never came back', () => {
    const { recovery } = summaryOf({ outageEndedMs: undefined })
    expect(Object.values(recovery).filter((value) => value !== undefined)).toEqual([])
  })
})

it('takes a callback that was booked twice out of what waits once', () => {
  const recording = sampleRecording()
  const twice = { id: 'steady-0', atMs: 20_000 }
  const changed = { ...recording, bookings: [...recording.bookings, twice] }
  expect(waitingOverTime(changed)).toEqual(waitingOverTime(recording))
})
