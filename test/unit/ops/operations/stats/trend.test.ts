import { describe, expect, it } from 'vitest'

import { quarterMs, quartersOf } from '../../../../../src/ops/operations/stats/trend.ts'
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
