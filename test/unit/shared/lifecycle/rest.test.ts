import { expect, it } from 'vitest'

import { rest } from '../../../../src/shared/lifecycle/rest.ts'
import { settlesWithin } from '../../../../src/shared/lifecycle/settles-within.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'

const hourMs = 3_600_000

it.each([
  ['before it began', (stop: AbortController) => stop.abort()],
  ['while it lasts', (stop: AbortController) => void setImmediate(() => stop.abort())],
])('a rest ends, and does not fail, when it is ended %s', async (_, end) => {
  const stop = new AbortController()
  end(stop)
  await rest(systemClock, hourMs, stop.signal)
  expect(stop.signal.aborted).toBe(true)
})

it('work settles within its time, or does not, or fails', async () => {
  const never = new Promise(() => undefined)
  expect(await settlesWithin(Promise.resolve(), hourMs, systemClock)).toBe(true)
  expect(await settlesWithin(never, 1, systemClock)).toBe(false)
  const failure = new Error('of the work')
  await expect(settlesWithin(Promise.reject(failure), hourMs, systemClock)).rejects.toBe(failure)
})
