import { expect, it } from 'vitest'

import type { DestinationStats } from '../../../src/ops/operations/stats/destination-stats.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { controlKey, retryingKey, waitingJobsKey } from '../../../src/shared/redis/keys.ts'
import { begin } from '../../../src/shared/store/ledger/begin.ts'
import { settle } from '../../../src/shared/store/ledger/settle.ts'
import { heartbeat } from '../../support/heartbeat.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { setup } from '../../support/ringback.ts'
import { settleInput } from '../../support/end-inputs.ts'
import { scheduled } from '../../support/scheduled.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const callbackNumber = '+18445791189'

const aWorker = {
  name: 'host-1',
  version: '1.0.0',
  startedAt: '2026-02-26T15:00:00.000Z',
  settings: { rate: 10 },
}

it('goes by the rate of the workers that live, not by that of whoever asks, and says when all is sent', async () => {
  const { env, store } = freshEnvironment()
  const other = { ...env, RINGBACK_RATE: '1' }
  await heartbeat(store, aWorker)
  for (let n = 0; n < 20; n += 1) await store.redis.lpush(waitingJobsKey(store.ref), `cb-1-${n}`)

  const alone = await statsIn(other)
  expect(alone).toMatchObject({
    rate: { configured: 10, current: 10 },
    workers: 1,
    workerDetails: [{ name: 'host-1', version: '1.0.0' }],
    drain: { seconds: 2 },
  })

  await heartbeat(store, { ...aWorker, name: 'host-2', settings: { rate: 5 } })
  const both = await statsIn(other)
  expect(both).toMatchObject({
    rate: { configured: 5, current: 5 },
    workers: 2,
    disagreements: [{ setting: 'rate' }],
    drain: { seconds: 4 },
  })
  const { stdout } = await runCommand({ env }, 'stats')
  expect(stdout).toContain('workers differ: rate is 10 for host-1, 5 for host-2\n')
  expect(stdout).toContain('  drained: in 4 s\n')

  await runCommand({ env }, 'rate', '20/s')
  expect(await statsIn(other)).toMatchObject({ rate: { current: 20 }, drain: { seconds: 1 } })
})

it.each(['open', 'half-open'])('says a rate of 0 while the breaker is %s', async (state) => {
  const { env, store } = freshEnvironment()
  await heartbeat(store, aWorker)
  const [seconds] = await store.redis.time()
  const nowMs = Number(seconds) * 1_000
  const breakerUntil = state === 'open' ? nowMs + 60_000 : nowMs - 1_000
  await store.redis.hset(controlKey(store.ref), {
    breaker: 'open',
    breakerSince: nowMs - 5_000,
    breakerUntil,
  })
  expect(await statsIn(env)).toMatchObject({
    breaker: { state },
    rate: { configured: 10, current: 0 },
    drain: { unknown: 'breaker-open' },
  })
})

it('counts what waits for another attempt by the code of the last one, and no more once it ends', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker, config } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  config.destinations = config.destinations.map((each) => ({
    ...each,
    retry: {
      ...each.retry,
      maxRetryDurationMs: 36_000_000,
      backoff: { initialMs: 3_600_000, maxMs: 3_600_000, factor: 1 },
    },
  }))
  const attempts = (n: number) =>
    recorder.next('attempt.settled', () => recorder.of('attempt.settled').length >= n)
  sandbox.setFaults([
    { do: 'break', status: 503, match: { callId: 'a' } },
    { do: 'break', status: 503, match: { callId: 'b' } },
    { do: 'break', status: 500, match: { callId: 'c' } },
  ])
  startWorker()
  for (const id of ['a', 'b', 'c']) await producer.enqueue({ id, callId: id, callbackNumber })
  await attempts(3)
  // The queue is told after the ledger.
  await expect
    .poll(() => statsIn(env))
    .toMatchObject({
      counts: { retrying: 3, waiting: 3, dueWithinHour: 3, underWay: 0 },
      retryingByCode: { 'service-unavailable': 2, 'http-500': 1 },
    })

  await runCommand({ env }, 'cancel', 'a')
  expect(await statsIn(env)).toMatchObject({
    counts: { retrying: 2 },
    retryingByCode: { 'service-unavailable': 1, 'http-500': 1 },
  })
  await runCommand({ env }, 'erase', '--number', callbackNumber, '--yes')
  const left = await statsIn(env)
  expect(left).toMatchObject({ counts: { retrying: 0 }, retryingByCode: {} })
})

it('counts no attempt twice that is settled twice, and none that begins again', async () => {
  const { store } = freshEnvironment()
  await scheduled({ store, intent: JSON.stringify(sampleCallback('one')) })
  const begins = () =>
    begin(store, {
      id: 'one',
      generation: 1,
      claim: 'claim',
      now: '2026-02-26T15:00:00.000Z',
      nowWithTolerance: '2099-02-26T15:00:00.000Z',
    })
  const settles = (attempt: number, state: 'retrying' | 'booked') =>
    settle(
      store,
      settleInput({
        id: 'one',
        attempt,
        state,
        record: JSON.stringify({ attempt, state }),
        code: state === 'retrying' ? 'connect' : undefined,
        recordId: state === 'booked' ? '0TzLT00000000w50AA' : undefined,
      }),
    )
  const counted = () => store.redis.hgetall(retryingKey(store.ref))

  expect(await begins()).toMatchObject({ kind: 'begun', attempt: 1 })
  expect(await settles(1, 'retrying')).toBe('settled')
  expect(await settles(1, 'retrying')).toBe('already')
  expect(await counted()).toEqual({ connect: '1' })

  expect(await begins()).toMatchObject({ kind: 'begun', attempt: 2 })
  expect(await begins()).toMatchObject({ kind: 'begun', attempt: 2 })
  expect(await counted()).toEqual({})

  expect(await settles(2, 'retrying')).toBe('settled')
  // The answer to the first attempt came late, and booked it.
  expect(await counted()).toEqual({ connect: '1' })
  expect(await settles(1, 'booked')).toBe('late-booking')
  expect(await counted()).toEqual({})
})

it('what is counted as waiting for another attempt by mistake is forgotten when the queue is empty', async () => {
  const { store, startWorker } = await setup()
  await store.redis.hset(retryingKey(store.ref), 'connect', 5)
  startWorker()
  await expect.poll(() => store.redis.exists(retryingKey(store.ref))).toBe(0)
})

it('says since when the oldest is due of those that are first in their priority', async () => {
  const { store, redisUrl, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  expect(await statsIn(env)).not.toHaveProperty('oldestDueAt')
  await runCommand({ env }, 'pause')
  startWorker()
  await producer.enqueue({ id: 'first', callId: 'first', callbackNumber, priority: 9 })
  await producer.enqueue({ id: 'second', callId: 'second', callbackNumber, priority: 0 })
  await recorder.next('callback.scheduled', () => recorder.of('callback.scheduled').length === 2)
  const record = await producer.status('first')
  expect(await statsIn(env)).toMatchObject({ oldestDueAt: record?.dueAt })
})

it('says how many are accepted, attempted and booked a second', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  sandbox.setFaults([{ do: 'refuse', match: { callId: 'call-0' } }])
  startWorker()
  for (const callback of sampleCallbacks(20)) await producer.enqueue(callback)
  await producer.enqueue({ id: 'later', callId: 'later', callbackNumber, delay: 60_000 })
  await recorder.next('attempt.settled', () => recorder.of('attempt.settled').length === 20)
  await recorder.next('callback.scheduled', ({ id }) => id === 'later')

  const { perSecond } = await statsIn(env)
  const { accepted, dueAtOnce, attempts, booked } = perSecond
  // Counted over ten to twenty seconds.
  for (const each of [accepted, dueAtOnce, attempts]) expect(each).toBeGreaterThanOrEqual(0.9)
  expect(accepted).toBeGreaterThan(dueAtOnce)
  expect(attempts).toBeGreaterThanOrEqual(booked)
})

it('shows every destination that is configured or known, a row each', async () => {
  const { env, store } = freshEnvironment((await startPrivateRedis()).url)
  const acme = openStore(store.redis, { ...store.ref, destination: 'acme' })
  await heartbeat(acme, aWorker)

  const { stdout } = await runCommand({ env }, 'stats', '--all', '--json')
  const all = JSON.parse(stdout) as DestinationStats[]
  expect(all.map(({ destination, workers }) => [destination, workers])).toEqual([
    ['acme', 1],
    ['default', 0],
  ])
  const plain = await runCommand({ env }, 'stats', '--all')
  expect(plain.stdout).toMatch(/^destination +dispatch +due/m)
  expect(plain.stdout).toMatch(/^acme +running +0 .* 10 +1 +now$/m)
  expect(plain.stdout).toMatch(/^default +running .* \? +0 +not known: no worker is alive$/m)
  const both = await runCommand({ env }, 'stats', '--all', '--destination', 'acme')
  expect(both.status).toBe(2)
})

async function statsIn(env: Record<string, string>): Promise<DestinationStats> {
  const { stdout } = await runCommand({ env }, 'stats', '--json')
  return JSON.parse(stdout) as DestinationStats
}
