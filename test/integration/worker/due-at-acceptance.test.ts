import { describe, expect, it } from 'vitest'

import { redriveDeadLetter } from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { jobKey, queueEventsKey, scheduleKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { xadd } from '../../support/inbox.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const callbackNumber = '+18445791189'
const yesterday = '2026-01-01T00:00:00Z'

/** Ways to ask for a callback at once. */
const atOnce = [
  { id: 'nothing-said', callId: 'c-1', callbackNumber },
  { id: 'no-delay', callId: 'c-2', callbackNumber, delay: 0 },
  { id: 'long-due', callId: 'c-3', callbackNumber, notBefore: yesterday },
]

const ways: [string, (bundle: Bundle) => Promise<unknown>][] = [
  ['library', ({ producer }) => Promise.all(atOnce.map((each) => producer.enqueue(each)))],
  ['XADD', ({ store }) => Promise.all(atOnce.map((each) => xadd(store, each)))],
]

/** A worker whose clock is behind Redis' by so much: its machine has slept, and it has not asked for the time since. */
async function workerThatLags(bundle: Bundle, lagMs: number) {
  const machine = { sleptMs: 0 }
  bundle.startWorker(
    { maintenanceMs: 3_600_000 },
    { machine: { ...systemClock, monotonic: () => systemClock.monotonic() - machine.sleptMs } },
  )
  await bundle.producer.enqueue({ id: 'first', callId: 'first', callbackNumber })
  await bundle.recorder.next('attempt.settled')
  machine.sleptMs = lagMs
}

/** What BullMQ says became of the jobs: its events, oldest first. */
async function happenedToJobs({ store }: Bundle): Promise<string[]> {
  const entries = await store.redis.xrange(queueEventsKey(store.ref), '-', '+')
  return entries.map(([, fields]) => fields[fields.indexOf('event') + 1] ?? '')
}

async function isHeldByNobody(bundle: Bundle) {
  const { redis, ref } = bundle.store
  expect(await happenedToJobs(bundle)).toContain('added')
  expect(await happenedToJobs(bundle)).not.toContain('delayed')
  expect(await redis.exists(jobKey(ref, 'delayed'))).toBe(0)
  expect(await redis.exists(scheduleKey(ref))).toBe(0)
}

describe.each([0, 3, 40, 3_000])('with a worker whose clock is %d ms behind', (lagMs) => {
  it.each(ways)(
    'a callback without a delay is sent by %s without being delayed',
    async (_, send) => {
      const bundle = await setup()
      await workerThatLags(bundle, lagMs)
      await send(bundle)
      for (const { id } of atOnce) {
        await bundle.recorder.next('attempt.settled', (event) => event.id === id)
      }
      await isHeldByNobody(bundle)
    },
  )

  it('a redriven callback is sent without being delayed', async () => {
    const bundle = await setup()
    const { store, sandbox, producer, recorder } = bundle
    await workerThatLags(bundle, lagMs)
    sandbox.setFaults([{ do: 'refuse', times: 1 }])
    await producer.enqueue({ id: 'again', callId: 'again', callbackNumber })
    await recorder.next('attempt.settled', ({ state }) => state === 'dead')
    await redriveDeadLetter(store, {
      id: 'again',
      nowMs: systemClock.now(),
      retentionMs: 60_000,
    })
    await recorder.next('attempt.settled', ({ id, state }) => id === 'again' && state === 'booked')
    await isHeldByNobody(bundle)
  })
})

it('holds what is to be held, by library and XADD', async () => {
  const bundle = await setup()
  const { store, producer, recorder } = bundle
  bundle.startWorker()
  await producer.enqueue({ id: 'later', callId: 'c', callbackNumber, delay: 3_600_000 })
  await xadd(store, { id: 'later-still', callId: 'c', callbackNumber, delay: 1 })
  await recorder.next('callback.scheduled', ({ id }) => id === 'later')
  await recorder.next('attempt.settled', ({ id }) => id === 'later-still')
  expect(await store.redis.zrange(scheduleKey(store.ref), '0', '-1')).toEqual(['cb-1-later'])
})
