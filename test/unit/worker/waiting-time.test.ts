import { expect, it } from 'vitest'

import { createWaitingTimes } from '../../../src/worker/waiting-time.ts'

const startMs = Date.parse('2026-02-26T15:40:52.000Z')

function setUp() {
  let passedMs = 0
  const clock = {
    now: () => startMs + passedMs,
    monotonic: () => passedMs,
    sleep: () => Promise.resolve(),
  }
  return { waits: createWaitingTimes(clock), pass: (ms: number) => (passedMs += ms) }
}

it('an entry has waited since its id says, where that can be true', () => {
  const { waits, pass } = setUp()
  expect(waits([`${startMs}-0`, `${startMs - 5_000}-7`])).toEqual([0, 5_000])
  pass(1_000)
  expect(waits([`${startMs}-0`])).toEqual([1_000])
})

it.each(['1-1', '0-1', '1772120452-0', '9999999999999-0', '9999999999999999-0'])(
  'an entry with the id %s has waited since it was first seen, however old or young that makes it',
  (odd) => {
    const { waits, pass } = setUp()
    pass(60_000)
    expect(waits([odd])).toEqual([0])
    pass(4_000)
    expect(waits([odd, `${startMs}-0`])).toEqual([4_000, 64_000])
  },
)

it('an entry that was not asked about in between is seen anew: nothing is kept of those that have gone', () => {
  const { waits, pass } = setUp()
  waits(['1-1', '2-1'])
  pass(1_000)
  expect(waits(['2-1'])).toEqual([1_000])
  expect(waits(['1-1'])).toEqual([0])
})
