/** What becomes of a callback whose time runs out where no worker comes to it. */
import { describe, expect, it } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { callbackKey, expiriesKey, jobKey } from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { redriveDeadLetter } from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { settle } from '../../../src/shared/store/ledger/settle.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { epochMsOf, isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { settleInput } from '../../support/end-inputs.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'

const hold = ({ store }: Bundle) =>
  pause(store, { what: 'dispatch', by: undefined, why: undefined, forMs: undefined })

const letGo = ({ store }: Bundle) => resume(store, { what: ['dispatch'] })

const inMs = (ms: number) => isoTimestamp(systemClock.now() + ms)

describe('a callback that expires while its destination is paused', () => {
  it('ends as expired though nothing is fetched, with its job, and is never sent', async () => {
    const bundle = await setup()
    const { store, producer, recorder, sandbox, startWorker } = bundle
    await hold(bundle)
    startWorker()
    await producer.enqueue({ ...sampleCallback('late'), expiresAt: inMs(700) })
    await producer.enqueue(sampleCallback('patient'))
    await recorder.next('callback.scheduled', ({ id }) => id === 'late')
    await recorder.next('callback.expired')

    expect(await producer.status('late')).toMatchObject({
      state: 'dead',
      reason: 'expired',
      code: 'expired',
      attempts: 0,
    })
    await expect.poll(() => store.redis.exists(jobKey(store.ref, jobIdOf('late', 1)))).toBe(0)
    await letGo(bundle)
    await resultsOfAll(bundle, ['late', 'patient'])
    expect(sandbox.bookingsOf('late')).toEqual([])
    expect(sandbox.requests()).toHaveLength(1)
  })

  it('ends with however many others, once each, whoever looks', async () => {
    const bundle = await setup()
    const { store, producer, recorder, sandbox, startWorker } = bundle
    await hold(bundle)
    const ids = sampleCallbacks(250).map(({ id }) => id)
    const expiresAt = inMs(2_000)
    for await (const answer of producer.enqueueMany(
      sampleCallbacks(250).map((each) => ({ ...each, expiresAt })),
    )) {
      expect(answer.kind).toBe('accepted')
    }
    startWorker()
    startWorker()
    const results = await resultsOfAll(bundle, ids)
    expect(results.filter(({ reason }) => reason === 'expired')).toHaveLength(ids.length)
    await expect.poll(() => store.redis.zcard(expiriesKey(store.ref)), { timeout: 10_000 }).toBe(0)
    expect(recorder.of('callback.expired')).toHaveLength(ids.length)
    expect(sandbox.requests()).toEqual([])
  })
})

describe('a callback that names no time, where the destination has one', () => {
  it('dies as expired when that is over since it was due, and has as long again when it is redriven', async () => {
    const bundle = await setup({ destination: { expireAfterMs: 600 } })
    const { store, producer, recorder, sandbox, startWorker } = bundle
    await hold(bundle)
    startWorker()
    await producer.enqueue({ ...sampleCallback('one'), delay: 100 })
    await recorder.next('callback.expired')
    const record = await producer.status('one')
    expect(record).toMatchObject({ state: 'dead', reason: 'expired', code: 'expired' })
    const { dueAt = '', expiresAt = '' } = record ?? {}
    expect(epochMsOf(expiresAt) - epochMsOf(dueAt)).toBe(600)
    expect(sandbox.requests()).toEqual([])

    const nowMs = systemClock.now()
    await redriveDeadLetter(store, { id: 'one', nowMs, retentionMs: 60_000 })
    await recorder.next('callback.scheduled', () => recorder.of('callback.scheduled').length === 2)
    const again = await producer.status('one')
    expect(epochMsOf(again?.expiresAt ?? '')).toBeGreaterThanOrEqual(nowMs + 500)
  })

  it('keeps its own time where it names one', async () => {
    const bundle = await setup({ destination: { expireAfterMs: 1 } })
    const { producer, recorder, startWorker } = bundle
    const expiresAt = inMs(60_000)
    startWorker()
    await producer.enqueue({ ...sampleCallback('one'), expiresAt })
    await recorder.next('attempt.settled')
    expect(await producer.status('one')).toMatchObject({ state: 'booked', expiresAt })
  })
})

it('is not ended while its attempt is under way: that books it', async () => {
  const bundle = await setup()
  const { producer, recorder, sandbox, startWorker } = bundle
  startWorker()
  await producer.enqueue(sampleCallback('first'))
  await recorder.next('attempt.settled')
  sandbox.setFaults([{ do: 'slow', delayMs: 1_600 }])
  await producer.enqueue({ ...sampleCallback('one'), expiresAt: inMs(1_000) })
  await recorder.next('attempt.settled', ({ id }) => id === 'one')
  expect(await producer.status('one')).toMatchObject({ state: 'booked', attempts: 1 })
  expect(recorder.of('callback.expired')).toEqual([])
})

it('is ended by nobody else while it is in doubt, though its time is over', async () => {
  const { store } = await setup()
  const expiresAt = '2026-02-26T15:40:53.000Z'
  const intent = JSON.stringify({ ...sampleCallback('one'), expiresAt })
  const fields = { state: 'retrying', uncertainSince: expiresAt }
  await scheduled({ store, intent, expiresAt, fields })
  const end = { id: 'one', attempt: 0, record: '', state: 'dead', reason: 'expired' } as const
  expect(await settle(store, settleInput(end))).toBe('stale')
  expect(await store.redis.hget(callbackKey(store.ref, 'one'), 'state')).toBe('retrying')
})

it('holds up no other where its ledger holds what nobody can read, and that is reported', async () => {
  const bundle = await setup()
  const { store, producer, recorder, startWorker } = bundle
  await hold(bundle)
  const expiresAt = '2026-02-26T15:40:53.000Z'
  await scheduled({ store, intent: '{"id":"one"}', expiresAt })
  await store.redis.zadd(expiriesKey(store.ref), 1, 'one')
  startWorker()
  await producer.enqueue({ ...sampleCallback('late'), expiresAt: inMs(700) })
  await recorder.next('callback.expired', ({ id }) => id === 'late')
  const { destination, message } = await recorder.next(
    'maintenance.failed',
    ({ part }) => part === 'expiry',
  )
  expect({ destination, message }).toEqual({
    destination: 'default',
    message: expect.stringMatching(/^one: The ledger holds an intent/) as string,
  })
})
