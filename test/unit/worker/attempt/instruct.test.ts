import { expect, it } from 'vitest'

import { systemClock } from '../../../../src/shared/time/clock.ts'
import { instruct } from '../../../../src/worker/attempt/instruct.ts'

const nowMs = 1_772_120_452_000
const clock = { ...systemClock, now: () => nowMs }
const later = { kind: 'retry', atMs: nowMs + 60_000, code: 'c', message: 'm' } as const
const booked = { kind: 'book', recordId: 'r' } as const

it.each(['settled', 'already'] as const)(
  'has a job wait for the next attempt, once that is written down: %s',
  (settlement) => {
    expect(instruct(settlement, later, clock)).toEqual({ kind: 'delay', untilMs: later.atMs })
    expect(instruct(settlement, booked, clock)).toEqual({ kind: 'finish' })
  },
)

it.each([later, booked])(
  'keeps the job for a second where somebody else has settled it: it may be the only one',
  (decision) => {
    expect(instruct('stale', decision, clock)).toEqual({ kind: 'delay', untilMs: nowMs + 1_000 })
  },
)

it.each(['late-booking', 'double-booking', 'missing'] as const)(
  'is done with a job whose callback has ended otherwise: %s',
  (settlement) => {
    expect(instruct(settlement, later, clock)).toEqual({ kind: 'finish' })
  },
)
