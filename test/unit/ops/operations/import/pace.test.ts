import { expect, it } from 'vitest'

import { createPace } from '../../../../../src/ops/operations/import/pace.ts'
import type { Clock } from '../../../../../src/shared/time/clock.ts'

/** Time passes only while somebody sleeps, and when a test says so. */
function virtualClock() {
  let nowMs = 0
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: (ms) => {
      nowMs += ms
      return Promise.resolve()
    },
  }
  return { clock, passes: (ms: number) => (nowMs += ms), nowMs: () => nowMs }
}

const stopped = new AbortController().signal

it.each([0.5, 3, 100, 2_000])(
  'at %f a second, lines come within a timer of their time',
  async (rate) => {
    const { clock, nowMs } = virtualClock()
    const pace = createPace(rate, { clock, stopped })
    for (let line = 0; line < 500; line += 1) {
      await pace()
      expect(Math.abs(nowMs() - (line / rate) * 1_000)).toBeLessThanOrEqual(5)
    }
  },
)

it('what was held up for long is not caught up with at once', async () => {
  const { clock, passes, nowMs } = virtualClock()
  const pace = createPace(10, { clock, stopped })
  await pace()
  passes(60_000)
  const resumedMs = nowMs()
  for (let line = 0; line < 11; line += 1) await pace()
  expect(nowMs() - resumedMs).toBeGreaterThanOrEqual(800)
})

it('without a rate it never waits', async () => {
  const { clock, nowMs } = virtualClock()
  const pace = createPace(undefined, { clock, stopped })
  for (let line = 0; line < 1_000; line += 1) await pace()
  expect(nowMs()).toBe(0)
})
