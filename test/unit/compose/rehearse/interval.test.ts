/** A line of the report of a rehearsal. */
import { expect, it } from 'vitest'

import { intervalOf, intervalsAsTheyPass } from '../../../../src/compose/rehearse/interval.ts'
import { sampleRecording } from './sample-recording.ts'

const recording = sampleRecording()

it('counts what came in the interval, and tells how things stood at its end', () => {
  expect(intervalOf(recording, 0, 5_000)).toEqual({
    fromMs: 0,
    toMs: 5_000,
    phase: 'before',
    accepted: 5,
    booked: 5,
    expired: 0,
    dead: 0,
    requests: 5,
    waiting: 0,
    underWay: 0,
    breaker: 'closed',
  })
  expect(intervalOf(recording, 36_000, 41_000)).toMatchObject({
    phase: 'away',
    accepted: 5,
    booked: 0,
    expired: 1,
    requests: 1,
    // 36 of the steady ones since Salesforce went away, and the spike but for the one that expired.
    waiting: 36 + 60,
    breaker: 'open',
  })
  expect(intervalOf(recording, 45_000, 48_000)).toMatchObject({ phase: 'back', breaker: 'ramp' })
})

it('counts each callback in one interval only', () => {
  const starts = Array.from({ length: 12 }, (_, nth) => nth * 5_000)
  const intervals = starts.map((fromMs) => intervalOf(recording, fromMs, fromMs + 5_000))
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  expect(sum(intervals.map(({ accepted }) => accepted))).toBe(recording.accepted.length)
  expect(sum(intervals.map(({ booked }) => booked))).toBe(recording.bookings.length)
  expect(sum(intervals.map(({ requests }) => requests))).toBe(recording.requests.length)
})

it('has what comes to light after its interval in the next one, so that what was told adds up', () => {
  const seen = { ...recording, otherEnds: recording.otherEnds.slice(0, -1) }
  const intervalUntil = intervalsAsTheyPass(seen)
  const ends = recording.otherEnds.map(({ atMs }) => atMs)
  const passed = [intervalUntil(Math.max(...ends) + 1)]
  seen.otherEnds = recording.otherEnds
  passed.push(intervalUntil(60_000))
  expect(passed.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [0, Math.max(...ends) + 1],
    [Math.max(...ends) + 1, 60_000],
  ])
  const told = passed.reduce((total, { expired, dead }) => total + expired + dead, 0)
  expect(told).toBe(recording.otherEnds.length)
  expect(passed[1]?.booked).toBe(recording.bookings.length - (passed[0]?.booked ?? 0))
})
