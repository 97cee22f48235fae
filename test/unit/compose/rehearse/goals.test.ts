/** What a rehearsal is to show, and how it is judged. */
import { describe, expect, it } from 'vitest'

import { judge } from '../../../../src/compose/rehearse/goals.ts'
import { summarize, type Summary } from '../../../../src/compose/rehearse/summary.ts'
import { samplePlan, sampleRecording } from './sample-recording.ts'

const good = summarize(sampleRecording(), samplePlan)

function verdicts(changes: Partial<Summary>, plan = samplePlan): Record<string, string> {
  const goals = judge({ ...good, ...changes }, plan)
  return Object.fromEntries(goals.map(({ name, verdict }) => [name, verdict]))
}

const missed = (changes: Partial<Summary>, plan = samplePlan) =>
  Object.entries(verdicts(changes, plan)).flatMap(([name, verdict]) =>
    verdict === 'missed' ? [name] : [],
  )

it('are all met by a rehearsal with which nothing is wrong', () => {
  expect([...new Set(Object.values(verdicts({})))]).toEqual(['met'])
})

it.each([
  [{ dead: 1 }, 'dead letters'],
  [{ lost: 1 }, 'lost'],
  [{ duplicates: 1 }, 'duplicates'],
  [{ bookedLate: 1 }, 'booked late'],
])('miss one for %o', (changes, name) => {
  expect(missed(changes)).toEqual([name])
})

describe('requests while away', () => {
  const { outage } = good

  it.each([
    ['at most four in the first 15 seconds of the open breaker', { firstProbes: 5 }],
    ['fewer than one in ten seconds after those', { laterProbes: 3, laterMs: 30_000 }],
    ['a breaker that opens', { openedAfterMs: undefined }],
  ])('ask for %s', (_, changes) => {
    expect(missed({ outage: { ...outage, ...changes } })).toEqual(['requests while away'])
  })

  it('may be one, however soon after those the outage ends', () => {
    expect(missed({ outage: { ...outage, laterProbes: 1, laterMs: 1_000 } })).toEqual([])
  })
})

describe('the highest rate', () => {
  it('may be the limit and one more', () => {
    expect(missed({ highestRate: 11 })).toEqual([])
    expect(missed({ highestRate: 12 })).toEqual(['highest rate'])
  })

  it('may be three more from a hundred a second on', () => {
    const plan = { ...samplePlan, rate: 100 }
    expect(missed({ highestRate: 103 }, plan)).toEqual([])
    expect(missed({ highestRate: 104 }, plan)).toEqual(['highest rate'])
  })
})

describe('recovery', () => {
  const { recovery } = good

  it('asks for the full rate within two minutes, less what the ramp is shorter by', () => {
    // A ramp of 3.3 s, and a minute by default.
    const limitMs = 120_000 - (60_000 - 3_333)
    expect(missed({ recovery: { ...recovery, fullRateMs: limitMs } })).toEqual([])
    expect(missed({ recovery: { ...recovery, fullRateMs: limitMs + 1 } })).toEqual(['full rate'])
  })

  it('asks for a drain within 5 % of the backlog divided by the rate', () => {
    const drainOf = (tookMs: number) => {
      const atFullRate = { callbacks: 1_000, expectedMs: 100_000, tookMs }
      return missed({ recovery: { ...recovery, atFullRate } })
    }
    expect([95_000, 105_000].flatMap(drainOf)).toEqual([])
    expect([94_999, 105_001].flatMap(drainOf)).toEqual(['drain', 'drain'])
  })

  it('cannot be judged by a handful of callbacks', () => {
    const atFullRate = { callbacks: 9, expectedMs: 900, tookMs: 700 }
    expect(verdicts({ recovery: { ...recovery, atFullRate } })).toMatchObject({ drain: 'unseen' })
  })

  it('cannot be judged where all was sent before the full rate', () => {
    const early = { ...recovery, fullRateMs: undefined, atFullRate: undefined }
    expect(verdicts({ recovery: early })).toMatchObject({ 'full rate': 'unseen', drain: 'unseen' })
  })

  it('is missed where nothing was drained', () => {
    const stuck = {
      ...recovery,
      fullRateMs: undefined,
      drainedMs: undefined,
      atFullRate: undefined,
    }
    expect(missed({ recovery: stuck })).toEqual(['full rate', 'drain'])
  })
})
