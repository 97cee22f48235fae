import { describe, expect, it } from 'vitest'

import {
  joinTrends,
  quarterMs,
  quartersOf,
  type Quarter,
  type Trend,
} from '../../../../../src/ops/operations/stats/trend.ts'
import type { Minute } from '../../../../../src/shared/store/history/minute.ts'

const firstMs = Date.UTC(2026, 1, 26, 15)

function minute(atMinute: number, given: Partial<Minute> = {}): Minute {
  return {
    beganMs: firstMs + atMinute * 60_000,
    accepted: 1,
    booked: 1,
    failed: 0,
    dead: 0,
    held: 0,
    due: 0,
    waiting: 0,
    underWay: 0,
    lateMs: 0,
    ...given,
  }
}

describe('the minutes of a day, by quarters of an hour', () => {
  it('are added up, and of what waits and of lateness the most is told', () => {
    const minutes = [
      minute(0, { due: 3, lateMs: 10 }),
      minute(14, { due: 9, lateMs: 500, failed: 2 }),
      minute(15, { dead: 1 }),
    ]
    const nowMs = firstMs + 20 * 60_000
    expect(quartersOf(minutes, { firstMs, nowMs })).toEqual([
      { beganMs: firstMs, accepted: 2, booked: 2, failed: 2, dead: 0, backlog: 9, lateMs: 500 },
      {
        beganMs: firstMs + quarterMs,
        accepted: 1,
        booked: 1,
        failed: 0,
        dead: 1,
        backlog: 0,
        lateMs: 0,
      },
    ])
  })

  it('have a quarter also where no worker lived', () => {
    const nowMs = firstMs + 3 * quarterMs
    const quarters = quartersOf([minute(45)], { firstMs, nowMs })
    expect(quarters.map(({ accepted }) => accepted)).toEqual([0, 0, 0, 1])
  })

  it('leave out what is of no quarter asked for', () => {
    const quarters = quartersOf([minute(-1), minute(16)], { firstMs, nowMs: firstMs })
    expect(quarters.map(({ accepted }) => accepted)).toEqual([0])
  })
})

describe('the trends of partitions', () => {
  const quarter = (given: Partial<Quarter> = {}): Quarter => ({
    beganMs: firstMs,
    accepted: 1,
    booked: 2,
    failed: 3,
    dead: 4,
    backlog: 5,
    lateMs: 6,
    ...given,
  })
  const trend = (destination: string, given: Partial<Trend> = {}): Trend => ({
    destination,
    past: [quarter()],
    ahead: [{ beganMs: firstMs, due: 1, backlog: 2 }],
    ...given,
  })

  it('are added up quarter by quarter, and of lateness the most is told', () => {
    const later = quarter({ beganMs: firstMs + quarterMs, accepted: 9 })
    const other = trend('d/1', { past: [quarter({ lateMs: 7 }), later] })
    expect(joinTrends({ destination: 'd', parts: [trend('d'), other] })).toEqual({
      destination: 'd',
      past: [
        { beganMs: firstMs, accepted: 2, booked: 4, failed: 6, dead: 8, backlog: 10, lateMs: 7 },
        later,
      ],
      ahead: [{ beganMs: firstMs, due: 2, backlog: 4 }],
    })
  })

  it('foresee nothing where nothing is foreseen of one of them', () => {
    const other = trend('d/1', { ahead: [{ beganMs: firstMs, due: 1, backlog: undefined }] })
    const { ahead } = joinTrends({ destination: 'd', parts: [trend('d'), other] })
    expect(ahead).toEqual([{ beganMs: firstMs, due: 2, backlog: undefined }])
  })
})
