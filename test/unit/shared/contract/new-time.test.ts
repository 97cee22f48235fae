import { expect, it } from 'vitest'

import { readNewTime } from '../../../../src/shared/contract/new-time.ts'

const nowMs = Date.UTC(2026, 1, 26, 15)

it.each([
  [{ now: true }, {}],
  [{ delay: 0 }, {}],
  [{ delay: '5m' }, { delay: 300_000 }],
  [{ delay: 'PT5M' }, { delay: 300_000 }],
  [{ notBefore: '2026-02-27T10:00:00+01:00' }, { notBefore: '2026-02-27T09:00:00.000Z' }],
  [
    { notBefore: '2026-02-27T10:00', timeZone: 'Europe/Vienna' },
    { notBefore: '2026-02-27T09:00:00.000Z' },
  ],
  // What has passed means at once, as in an intent.
  [{ notBefore: '2020-01-01T00:00:00Z' }, { notBefore: '2020-01-01T00:00:00.000Z' }],
])('%j is a time', (given, time) => {
  expect(readNewTime(given, nowMs)).toEqual({ kind: 'ok', time })
})

it.each([
  [{}, 'delay: give exactly one of delay, notBefore and now'],
  [{ delay: '5m', now: true }, 'notBefore: give exactly one of delay, notBefore and now'],
  [{ now: false }, 'now: must be true, or left out'],
  [{ delay: '5M' }, 'delay: has a unit that'],
  [{ notBefore: '2026-02-27T10:00' }, 'notBefore: has no offset'],
  [{ now: true, timeZone: 'Europe/Vienna' }, 'timeZone: is only for a notBefore in local time'],
  [{ notBefore: '2027-03-27T10:00:00Z' }, 'notBefore: must be at most 366 days ahead'],
])('%j is refused', (given, problem) => {
  const read = readNewTime(given, nowMs)
  const problems = read.kind === 'invalid' ? read.problems : []
  expect(problems.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    expect.stringContaining(problem),
  ])
})
