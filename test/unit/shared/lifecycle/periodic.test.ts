import { expect, it } from 'vitest'

import { createPeriodic } from '../../../../src/shared/lifecycle/periodic.ts'
import type { Clock } from '../../../../src/shared/time/clock.ts'

it('runs again after a run that threw, and ends after the run in which it was stopped', async () => {
  const slept: number[] = []
  const stopping = new AbortController()
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms) => Promise.resolve(void slept.push(ms)),
  }
  const errors: unknown[] = []
  let turns = 0
  await createPeriodic(
    'turns',
    () => {
      turns += 1
      if (turns === 3) stopping.abort()
      return turns === 1 ? Promise.reject(new Error('first')) : Promise.resolve()
    },
    { everyMs: 50, clock, onError: (error) => errors.push(error) },
  ).run(stopping.signal, stopping.signal)
  expect({ turns, errors, slept }).toEqual({
    turns: 3,
    errors: [new Error('first')],
    slept: [50, 50, 50],
  })
})

it('rests for as long as is said after each turn, where that differs', async () => {
  const slept: number[] = []
  const stopping = new AbortController()
  const clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms: number) => Promise.resolve(void slept.push(ms)),
  }
  let turns = 0
  const turn = () => {
    turns += 1
    if (turns === 2) stopping.abort()
    return Promise.resolve()
  }
  const everyMs = () => 10 * turns
  await createPeriodic('turns', turn, { everyMs, clock, onError: String }).run(
    stopping.signal,
    stopping.signal,
  )
  expect(slept).toEqual([10, 20])
})

it('ends at once when it is stopped while it waits', async () => {
  const stopping = new AbortController()
  const errors: unknown[] = []
  let turns = 0
  await createPeriodic(
    'turns',
    () => {
      turns += 1
      return Promise.resolve()
    },
    {
      everyMs: 50,
      clock: { now: () => 0, monotonic: () => 0, sleep: sleepUntilStopped },
      onError: (error) => errors.push(error),
    },
  ).run(stopping.signal, stopping.signal)
  expect({ turns, errors }).toEqual({ turns: 1, errors: [] })

  function sleepUntilStopped(): Promise<void> {
    stopping.abort()
    return Promise.reject(new Error('woken to stop'))
  }
})
