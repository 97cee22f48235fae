/** A worker is told to stop while it has callbacks under way. */
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { startRedisProxy } from '../support/redis-proxy.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const quietLock = { RINGBACK_LOCK_DURATION: '5s' }

it.each(['SIGTERM', 'SIGINT'] as const)(
  'finishes the attempts under way on %s, takes no more, and exits with 0',
  async (signal) => {
    const bundle = await setup()
    const { sandbox, producer } = bundle
    const callbacks = sampleCallbacks(6)
    const ids = callbacks.map(({ id }) => id)
    sandbox.setFaults([{ do: 'slow', delayMs: 700 }])
    const worker = await startWorkerProcess(bundle, { ...quietLock, RINGBACK_CONCURRENCY: '3' })
    for (const callback of callbacks) await sendRaw(bundle, callback)
    await sandbox.until(() => sandbox.counts().requests === 3)

    worker.signal(signal)
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    expect(await worker.next('worker.stopped')).toMatchObject({ inTime: true })
    expect(sandbox.counts()).toMatchObject({ requests: 3, booked: 3 })
    const states = await Promise.all(ids.map(async (id) => (await producer.status(id))?.state))
    expect(states.filter((state) => state === 'booked')).toHaveLength(3)

    sandbox.setFaults([])
    await startWorkerProcess(bundle, quietLock)
    const results = await resultsOfAll(bundle, ids)
    expect(results.map(({ state, attempts }) => ({ state, attempts }))).toEqual(
      ids.map(() => ({ state: 'booked', attempts: 1 })),
    )
    expect(sandbox.bookings()).toHaveLength(6)
  },
)

it('exits with 1 at its deadline when it cannot record what it holds, and another worker takes that over', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const proxy = await startRedisProxy(bundle.redisUrl)
  sandbox.setFaults([{ do: 'slow', delayMs: 300, times: 1 }])
  const worker = await startWorkerProcess(bundle, {
    RINGBACK_REDIS_URL: proxy.url,
    RINGBACK_ATTEMPT_TIMEOUT: '900ms',
    RINGBACK_SHUTDOWN_DEADLINE: '1s',
  })
  await sendRaw(bundle, sampleCallback('held'))
  await sandbox.requestArrived('held')

  proxy.cutOff()
  await sendRaw(bundle, sampleCallback('next'))
  worker.signal('SIGTERM')
  expect(await worker.exited).toEqual({ code: 1, signal: null })
  const stopping = await worker.next('worker.stopping')
  const stopped = await worker.next('worker.stopped')
  expect(stopped).toMatchObject({ inTime: false })
  // The deadline, two seconds for last words, and one for a busy machine.
  expect(Date.parse(stopped.time) - Date.parse(stopping.time)).toBeLessThan(4_000)

  await startWorkerProcess(bundle, quietLock)
  await resultsOfAll(bundle, ['held', 'next'])
  expect(sandbox.bookingsOf('held')).toHaveLength(2)
  expect(await producer.status('held')).toMatchObject({ state: 'booked', possibleDuplicate: true })
  expect(sandbox.bookingsOf('next')).toHaveLength(1)
  expect(await producer.status('next')).toMatchObject({ state: 'booked', possibleDuplicate: false })
})

it('exits with 0 within two seconds while Redis is gone and nothing is under way', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const worker = await startWorkerProcess(bundle, { RINGBACK_SHUTDOWN_DEADLINE: '60s' })
  await sendRaw(bundle, sampleCallback('earlier'))
  await worker.next('attempt.settled')

  await redis.kill()
  await worker.next('redis.lost')
  worker.signal('SIGINT')
  expect(await worker.exited).toEqual({ code: 0, signal: null })
  const stopping = await worker.next('worker.stopping')
  const stopped = await worker.next('worker.stopped')
  expect(stopped).toMatchObject({ inTime: true })
  // One second of patience, and one for a busy machine.
  expect(Date.parse(stopped.time) - Date.parse(stopping.time)).toBeLessThan(2_000)
  // What it gave up is nobody's failure.
  expect(worker.lines('maintenance.failed')).toEqual([])
})

it('waits for its deadline while Redis is gone and an attempt is under way, and writes down what it came to', async () => {
  const redis = await startPrivateRedis()
  const bundle = await setup({ redisUrl: redis.url })
  const { sandbox, producer } = bundle
  sandbox.setFaults([{ do: 'slow', delayMs: 300, times: 1 }])
  const worker = await startWorkerProcess(bundle, {
    ...quietLock,
    RINGBACK_SHUTDOWN_DEADLINE: '60s',
    RINGBACK_OPS_PORT: '0',
  })
  const { url } = await worker.next('health.listening')
  await sendRaw(bundle, sampleCallback('held'))
  await sandbox.requestArrived('held')

  await redis.kill()
  await worker.next('redis.lost')
  worker.signal('SIGINT')
  const { time } = await worker.next('worker.stopping')
  await sandbox.booked('held')
  const waitsForMs = async () => {
    expect((await fetch(`${String(url)}/livez`)).status).toBe(200)
    return systemClock.now() - Date.parse(time)
  }
  // Longer than it would wait with nothing in its hands.
  await expect.poll(waitsForMs, { timeout: 5_000 }).toBeGreaterThan(2_000)
  await redis.restart()
  expect(await worker.exited).toEqual({ code: 0, signal: null })
  await bundle.store.redis.ping()
  expect(await producer.status('held')).toMatchObject({ state: 'booked', possibleDuplicate: false })
  expect(sandbox.bookingsOf('held')).toHaveLength(1)
})

it('gives back an attempt that outlasts the deadline, marked, and another worker books it', async () => {
  const bundle = await setup({ destination: { attemptTimeoutMs: 60_000 } })
  const { sandbox, producer, recorder, config } = bundle
  // Settings that contradict the timeout are refused by the command; here the two are set against each other on purpose.
  config.shutdownDeadlineMs = 300
  sandbox.setFaults([{ do: 'stall', times: 1 }])
  const worker = bundle.startWorker()
  await sendRaw(bundle, sampleCallback('stalled'))
  await sandbox.requestArrived('stalled')

  expect(await worker.stop()).toBe(false)
  expect(await recorder.next('attempt.settled')).toMatchObject({
    outcome: 'uncertain',
    code: 'aborted',
    state: 'retrying',
  })
  bundle.startWorker()
  await resultsOfAll(bundle, ['stalled'])
  expect(sandbox.bookingsOf('stalled')).toHaveLength(1)
  expect(await producer.status('stalled')).toMatchObject({
    state: 'booked',
    attempts: 2,
    possibleDuplicate: true,
  })
})

it('uses no attempt and marks nothing when workers are stopped one after the other under load', async () => {
  const bundle = await setup()
  const { sandbox, producer } = bundle
  const callbacks = sampleCallbacks(200)
  const ids = callbacks.map(({ id }) => id)
  sandbox.setFaults([{ do: 'slow', delayMs: 30 }])
  const streaming = Promise.all(callbacks.map((callback) => sendRaw(bundle, callback)))
  for (const share of [20, 60]) {
    const worker = await startWorkerProcess(bundle, { ...quietLock, RINGBACK_CONCURRENCY: '5' })
    await sandbox.until(() => sandbox.counts().requests >= share)
    worker.signal('SIGTERM')
    expect(await worker.exited).toEqual({ code: 0, signal: null })
    const stories = await Promise.all(ids.map((id) => producer.status(id)))
    const begun = stories.filter((story) => (story?.attempts ?? 0) > 0)
    expect(begun.filter((story) => story?.state !== 'booked')).toEqual([])
    expect(begun).toHaveLength(sandbox.bookings().length)
  }

  await streaming
  sandbox.setFaults([])
  await startWorkerProcess(bundle, quietLock)
  const results = await resultsOfAll(bundle, ids)
  expect(results.filter(({ attempts }) => attempts !== 1)).toEqual([])
  expect(sandbox.bookings()).toHaveLength(ids.length)
  for (const id of ids) {
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
    expect(await producer.status(id)).toMatchObject({ state: 'booked', possibleDuplicate: false })
  }
}, 60_000)
