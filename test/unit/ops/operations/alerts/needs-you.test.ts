import { describe, expect, it } from 'vitest'

import type { AlertReading } from '../../../../../src/ops/operations/alerts/alert.ts'
import { alerts } from '../../../../../src/ops/operations/alerts/alerts.ts'
import { needsYou } from '../../../../../src/ops/operations/alerts/needs-you.ts'

const calm: AlertReading = {
  isRedisUp: true,
  isRedisSafe: true,
  memoryUsedRatio: 0.4,
  workers: 2,
  versions: 1,
  inboxOldestAgeMs: 20,
  due: 3,
  dueOldestAgeMs: 2_000,
  isPaused: false,
  isBreakerOpen: false,
  rate: 10,
  isAuthorized: true,
  streamAheadMs: 0,
  lastBookingAgeMs: 1_000,
  deadLettersOldestAgeMs: undefined,
  diedLately: 0,
}

const hourMs = 3_600_000

/** What has to be so for each of those that can be told at one moment. */
const occasions: readonly [string, Partial<AlertReading>][] = [
  ['RingbackRedisDown', { isRedisUp: false }],
  ['RingbackWorkersAbsent', { workers: 0 }],
  ['RingbackRedisUnsafe', { isRedisSafe: false }],
  ['RingbackRedisFull', { memoryUsedRatio: 0.96 }],
  ['RingbackRedisFills', { memoryUsedRatio: 0.9 }],
  ['RingbackVersionsMixed', { versions: 2 }],
  ['RingbackInboxNotTakenIn', { inboxOldestAgeMs: 61_000 }],
  ['RingbackUnauthorized', { isAuthorized: false }],
  ['RingbackNothingBooked', { dueOldestAgeMs: hourMs, lastBookingAgeMs: hourMs }],
  ['RingbackBreakerOpen', { isBreakerOpen: true }],
  ['RingbackOverdueLong', { dueOldestAgeMs: hourMs }],
  ['RingbackOverdue', { dueOldestAgeMs: 400_000 }],
  ['RingbackBacklogLong', { due: 40_000 }],
  ['RingbackPaused', { isPaused: true }],
  ['RingbackDeadLettersGrow', { diedLately: 11 }],
  ['RingbackDeadLettersWait', { deadLettersOldestAgeMs: 25 * hourMs }],
  ['RingbackIdsAhead', { streamAheadMs: 2_000 }],
]

describe('what needs somebody', () => {
  it('is nothing when all is well, or not known', () => {
    expect(needsYou(calm)).toEqual([])
    const unknown = { isRedisSafe: undefined, memoryUsedRatio: undefined, isAuthorized: undefined }
    expect(needsYou({ ...calm, ...unknown, rate: undefined, lastBookingAgeMs: undefined })).toEqual(
      [],
    )
  })

  it.each(occasions)('has %s', (name, reading) => {
    expect(needsYou({ ...calm, ...reading }).map((alert) => alert.name)).toContain(name)
  })

  it('can be any alert that one moment tells', () => {
    const told = alerts.filter(({ isSo }) => isSo !== undefined).map(({ name }) => name)
    expect(occasions.map(([name]) => name)).toEqual(told)
  })

  it('says nothing but that Redis is away while it is: all else is not known', () => {
    const found = needsYou({ ...calm, isRedisUp: false, workers: 0, dueOldestAgeMs: hourMs })
    expect(found.map(({ name }) => name)).toEqual(['RingbackRedisDown'])
  })

  it('has the worst first, and nothing overdue in what somebody has paused', () => {
    const reading = { ...calm, isPaused: true, dueOldestAgeMs: hourMs, isRedisSafe: false }
    const found = needsYou({ ...reading, lastBookingAgeMs: hourMs })
    expect(found.map(({ name }) => name)).toEqual(['RingbackRedisUnsafe', 'RingbackPaused'])
  })
})
