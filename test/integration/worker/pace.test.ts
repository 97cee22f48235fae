import { describe, expect, it } from 'vitest'

import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { epochMsOf, isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { bridgeAlone } from '../../support/bridge-alone.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { setup } from '../../support/ringback.ts'

it('sends a delayed callback when it is due and not before', async () => {
  const { producer, sandbox, startWorker } = await setup()
  startWorker()
  const answers = await Promise.all(
    [150, 300, 450].map((delay) => producer.enqueue({ ...sampleCallback(`in-${delay}`), delay })),
  )
  for (const answer of answers) {
    if (answer.kind !== 'accepted') throw new Error(answer.kind)
    const { receivedAt } = await sandbox.requestArrived(answer.id)
    expect(epochMsOf(receivedAt), answer.id).toBeGreaterThanOrEqual(epochMsOf(answer.dueAt))
  }
})

it('sends what is urgent first, and what is equally urgent in the order it came', async () => {
  const bundle = await setup({ destination: { concurrency: 1 } })
  const priorities = [5, 9, 0, undefined, 1, 9, 0]
  for (const [n, priority] of priorities.entries()) {
    const urgency = priority === undefined ? {} : { priority }
    await bundle.producer.enqueue({ ...sampleCallback(`cb-${n}`), ...urgency })
  }
  const { recorder } = bundle
  const stop = bridgeAlone(bundle)
  const areAll = () => recorder.of('callback.scheduled').length === priorities.length
  await recorder.next('callback.scheduled', areAll)
  await stop()
  bundle.startWorker()
  await bundle.sandbox.until(() => bundle.sandbox.counts().booked === priorities.length)
  const order = bundle.sandbox.bookings().map(({ callId }) => callId)
  expect(order).toEqual(['cb-2', 'cb-6', 'cb-4', 'cb-0', 'cb-3', 'cb-1', 'cb-5'])
})

it('sends who asked first before others of the same priority, whenever they were submitted', async () => {
  const bundle = await setup({ destination: { concurrency: 1 } })
  const minutesAgo = [1, 3, 2, 5, 4]
  for (const minutes of minutesAgo) {
    const requestedAt = isoTimestamp(systemClock.now() - minutes * 60_000)
    await bundle.producer.enqueue({ ...sampleCallback(`ago-${minutes}`), requestedAt })
  }
  const { recorder } = bundle
  const stop = bridgeAlone(bundle)
  const areAll = () => recorder.of('callback.scheduled').length === minutesAgo.length
  await recorder.next('callback.scheduled', areAll)
  await stop()
  bundle.startWorker()
  await bundle.sandbox.until(() => bundle.sandbox.counts().booked === minutesAgo.length)
  const order = bundle.sandbox.bookings().map(({ callId }) => callId)
  expect(order).toEqual(['ago-5', 'ago-4', 'ago-3', 'ago-2', 'ago-1'])
})

it('makes no more attempts at once than it may', async () => {
  const { producer, sandbox, startWorker } = await setup({ destination: { concurrency: 3 } })
  let [now, most] = [0, 0]
  sandbox.on(({ kind }) => {
    if (kind === 'request') most = Math.max(most, (now += 1))
    if (kind === 'ending') now -= 1
  })
  sandbox.setFaults([{ do: 'slow', delayMs: 20 }])
  for (const callback of sampleCallbacks(12)) await producer.enqueue(callback)
  startWorker()
  await sandbox.until(() => sandbox.counts().booked === 12)
  expect(most).toBe(3)
})

it('holds its rate over all workers together', async () => {
  const { producer, sandbox, startWorker } = await setup({ destination: { rate: 20 } })
  for (const callback of sampleCallbacks(12)) await producer.enqueue(callback)
  startWorker()
  startWorker()
  await sandbox.until(() => sandbox.counts().booked === 12)
  const at = sandbox.requests().map(({ receivedAt }) => epochMsOf(receivedAt))
  // 12 at 20 a second: 11 windows of 50 ms. The first may be under way when its window begins.
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(10 * 50)
})

describe('Retry-After', () => {
  const generous = {
    maxAttempts: 5,
    maxRetryDurationMs: 60_000,
    notFoundGraceMs: 0,
    backoff: { initialMs: 1, factor: 1, maxMs: 5_000 },
  }

  it.each([1, '500ms'])('of %s is the least that is waited', async (retryAfter) => {
    const { producer, sandbox, recorder, startWorker } = await setup({
      destination: { retry: generous },
    })
    sandbox.setFaults([{ do: 'limit', retryAfter, times: 1 }])
    startWorker()
    await producer.enqueue(sampleCallback('one'))
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')
    const [first] = sandbox.requests()
    const second = await sandbox.requestArrived('one', 2)
    const asked = retryAfter === 1 ? 1_000 : 500
    const waited = epochMsOf(second.receivedAt) - epochMsOf(first?.receivedAt ?? '')
    expect(waited).toBeGreaterThanOrEqual(asked)
  })

  it('of an hour is bounded by the longest wait there is', async () => {
    const { producer, sandbox, recorder, startWorker } = await setup()
    sandbox.setFaults([{ do: 'limit', retryAfter: 3_600, times: 1 }])
    startWorker()
    await producer.enqueue(sampleCallback('one'))
    const settled = await recorder.next('attempt.settled')
    const record = (await producer.status('one'))?.history[0]
    expect(settled).toMatchObject({ status: 429, code: 'rate-limited', state: 'retrying' })
    expect(epochMsOf(settled.nextAttemptAt ?? '')).toBe(epochMsOf(record?.endedAt ?? '') + 200)
    await sandbox.booked('one')
  })
})

it('leaves a share of the rate to what is asked for after a pause, while the old is sent', async () => {
  const bundle = await setup({ destination: { rate: 100, livePercent: 30 } })
  const { producer, store, recorder, sandbox } = bundle
  const count = 30
  const anHourAgo = isoTimestamp(systemClock.now() - 3_600_000)
  await pause(store, { what: 'dispatch', by: undefined, why: undefined, forMs: undefined })
  for (const callback of sampleCallbacks(count, 'old')) {
    await producer.enqueue({ ...callback, requestedAt: anHourAgo })
  }
  await resume(store, { what: ['dispatch'] })
  for (const callback of sampleCallbacks(count, 'new')) await producer.enqueue(callback)
  const stop = bridgeAlone(bundle)
  await recorder.next(
    'callback.scheduled',
    () => recorder.of('callback.scheduled').length === 2 * count,
  )
  await stop()
  bundle.startWorker()
  await sandbox.until(() => sandbox.counts().booked === 2 * count)
  const first = sandbox.bookings().slice(0, count)
  const fresh = first.filter(({ callId }) => callId.startsWith('new'))
  // 30 per cent of the first 30 are 9; several are under way at once and may pass each other.
  expect(fresh.length).toBeGreaterThanOrEqual(7)
  expect(fresh.length).toBeLessThanOrEqual(11)
})
