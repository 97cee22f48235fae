import { expect, it } from 'vitest'

import { aborted } from '../../../../src/shared/lifecycle/aborted.ts'
import { combineServices, createService } from '../../../../src/shared/lifecycle/service.ts'
import { supervise } from '../../../../src/shared/lifecycle/supervise.ts'
import type { Clock } from '../../../../src/shared/time/clock.ts'

/** Time passes when the test says so: each sleep is over when it is let. */
function setUp() {
  const sleeps: { ms: number; end: () => void }[] = []
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleeps.push({ ms, end: resolve })
        signal?.addEventListener('abort', () => reject(new Error('woken')))
      }),
  }
  const happened: string[] = []
  const stopTimes = { deadlineMs: 5_000, finalWriteMs: 2_000 }
  const service = (name: string, until: 'stopping' | 'cutShort' | 'never') =>
    createService(name, async (stopping, cutShort) => {
      happened.push(`${name} runs`)
      await aborted(stopping)
      happened.push(`${name} takes no more`)
      if (until === 'cutShort') await aborted(cutShort)
      if (until === 'never') await new Promise(() => undefined)
      happened.push(`${name} has ended`)
    })
  return { clock, sleeps, happened, stopTimes, service }
}

it('starts all at once, in their order, and waits until all have ended', async () => {
  const { clock, happened, stopTimes, service } = setUp()
  const running = supervise([service('a', 'stopping'), service('b', 'stopping')], clock)
  expect(happened).toEqual(['a runs', 'b runs'])
  expect(await running.stop(stopTimes)).toBe(true)
  expect(happened.toSorted()).toEqual(
    ['a', 'b'].flatMap((each) => [`${each} has ended`, `${each} runs`, `${each} takes no more`]),
  )
})

it('cuts short at the deadline what is still in hand, and lets it end', async () => {
  const { clock, sleeps, happened, stopTimes, service } = setUp()
  const running = supervise([service('a', 'stopping'), service('b', 'cutShort')], clock)
  const stopped = running.stop(stopTimes)
  await expect.poll(() => happened).toContain('a has ended')
  expect(happened).not.toContain('b has ended')
  expect(sleeps.map(({ ms }) => ms)).toEqual([5_000])
  sleeps[0]?.end()
  expect(await stopped).toBe(false)
  expect(happened).toContain('b has ended')
})

it('waits no longer than for the last writes', async () => {
  const { clock, sleeps, happened, stopTimes, service } = setUp()
  const running = supervise([service('a', 'never')], clock)
  const stopped = running.stop(stopTimes)
  sleeps[0]?.end()
  await expect.poll(() => sleeps.map(({ ms }) => ms)).toEqual([5_000, 2_000])
  sleeps[1]?.end()
  expect(await stopped).toBe(false)
  expect(happened).not.toContain('a has ended')
})

it('waits no longer when nothing would come of it, and cuts short what is left', async () => {
  const { clock, happened, stopTimes, service } = setUp()
  const running = supervise([service('a', 'never'), service('b', 'cutShort')], clock)
  expect(await running.stop({ ...stopTimes, pointless: Promise.resolve() })).toBe(true)
  await expect.poll(() => happened).toContain('b has ended')
  expect(happened).not.toContain('a has ended')
})

it('may be told to stop again', async () => {
  const { clock, stopTimes, service } = setUp()
  const running = supervise([service('a', 'stopping')], clock)
  expect(await running.stop(stopTimes)).toBe(true)
  expect(await running.stop(stopTimes)).toBe(true)
})

it('closes what combined services share when the last of them has ended', async () => {
  const { clock, sleeps, happened, stopTimes, service } = setUp()
  const close = () => Promise.resolve(void happened.push('closed'))
  const parts = [service('a', 'stopping'), service('b', 'cutShort')]
  const running = supervise([combineServices('both', parts, close)], clock)
  const stopped = running.stop(stopTimes)
  await expect.poll(() => happened).toContain('a has ended')
  expect(happened).not.toContain('closed')
  sleeps[0]?.end()
  await stopped
  expect(happened.slice(-2)).toEqual(['b has ended', 'closed'])
})

it('says of a service that it is stopped before and after it runs, and of combined ones that they stall if one does', async () => {
  let isStalled = false
  const run = (stopping: AbortSignal) => aborted(stopping)
  const one = createService('one', run, () => isStalled)
  const all = combineServices('all', [one], () => Promise.resolve())
  expect([one.status(), all.status()]).toEqual(['stopped', 'stopped'])
  const stop = new AbortController()
  const ended = all.run(stop.signal, stop.signal)
  expect([one.status(), all.status()]).toEqual(['working', 'working'])
  isStalled = true
  expect([one.status(), all.status()]).toEqual(['stalled', 'stalled'])
  stop.abort()
  expect([one.status(), all.status()]).toEqual(['stopped', 'stopped'])
  await ended
  expect([one.status(), all.status()]).toEqual(['stopped', 'stopped'])
})
