/** A line of the report of a rehearsal. */
import { expect, it } from 'vitest'

import { intervalOf } from '../../../../src/compose/rehearse/interval.ts'
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
