/** A worker dies on the way from the inbox to Salesforce, or while it restores what the queue and the indexes have lost. */
import { expect } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { uncertainPolicies } from '../../../src/shared/delivery/on-uncertain.ts'
import { ensureInboxGroup, readNew } from '../../../src/shared/store/inbox/inbox.ts'
import { findIds, type Clue } from '../../../src/shared/store/lookup/find-ids.ts'
import { libraryName } from '../../../src/shared/store/functions/library-source.ts'
import { readPublicKeys } from '../../../src/shared/store/public-keys/public-keys.ts'
import { readNumberKey } from '../../../src/shared/store/lookup/number-key.ts'
import {
  callbackKey,
  deadLettersKey,
  expiriesKey,
  inboxKey,
  jobKey,
  numberPlaceKey,
  paceKey,
  scheduleKey,
} from '../../../src/shared/redis/keys.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { readLivingWorkers } from '../../../src/shared/store/workers/living-workers.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../callbacks.ts'
import { rpush, xadd } from '../inbox.ts'
import { callbacksIn, partitionsOf } from '../partitions.ts'
import { resultsOfAll } from '../results.ts'
import type { Bundle } from '../ringback.ts'
import { scheduled } from '../scheduled.ts'
import { giveSealKeys } from '../sealing.ts'
import { booked, dead, idsOf, startWorker, type Scene } from './scene.ts'

const one = sampleCallback('one')
const three = sampleCallbacks(3)
/** A round of the reconciler meets the keys of every test there is. */
const patience = { timeout: 60_000 }

export const booking: Scene = {
  name: 'a worker books a callback',
  under: uncertainPolicies,
  isAlone: true,
  start: startWorker,
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked(one)
  },
}

export const batch: Scene = {
  name: 'a worker takes in many entries at once, good and bad',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { store } = bundle
    const [first, ...others] = three
    for (const callback of three) await sendRaw(bundle, callback)
    await xadd(store, { ...one, id: 'bad', unknown: true })
    if (first !== undefined) await sendRaw(bundle, first)
    for (const callback of others) await xadd(store, { ...callback, delay: 5 })
    return [...booked(...three), ...dead('bad')]
  },
}

export const openingDoor: Scene = {
  name: 'a worker moves what lies at the door into the inbox',
  under: ['retry'],
  start: startWorker,
  prepare: async ({ store }) => {
    await rpush(store, ...three)
    return booked(...three)
  },
}

/** The first of two partitions is where the callbacks belong that were put into the inbox of the second one. */
export const handingOver: Scene = {
  name: 'a worker hands over what was put into the inbox of another partition',
  under: ['retry'],
  partitions: 2,
  start: (bundle, settings) => startWorker(bundle, { RINGBACK_PARTITIONS: '2', ...settings }),
  prepare: async (bundle) => {
    const [, second] = partitionsOf(bundle)
    for (const callback of three) await xadd(second, { ...callback, delay: 5 })
    return booked(...three)
  },
  check: async (bundle) => {
    const [, second] = partitionsOf(bundle)
    expect(await second.redis.xlen(inboxKey(second.ref))).toBe(0)
  },
}

/** Of three callbacks in an hour one is not wanted any more, and two are wanted now, in the same batch of entries. */
export const fulfilling: Scene = {
  name: 'a worker does what wishes in the inbox want',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { store } = bundle
    const [first, second, third] = three.map(({ id }) => id)
    for (const callback of three) await xadd(store, { ...callback, delay: 3_600_000 })
    const say = (kind: string, wish: object) =>
      store.redis.xadd(inboxKey(store.ref), '*', kind, JSON.stringify(wish))
    await say('cancel', { id: first })
    await say('reschedule', { id: second, now: true })
    await say('reschedule', { callId: third, now: true })
    const gone = { id: first ?? '', ends: ['cancelled'], bookings: 0 } as const
    return [gone, ...booked(...three.slice(1))]
  },
}

export const retrying: Scene = {
  name: 'a worker meets a Salesforce that is unavailable for a moment',
  under: uncertainPolicies,
  start: startWorker,
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
    await sendRaw(bundle, one)
    return booked(one)
  },
}

/** Opens after one failure, and probes at once. */
const nervousBreaker = {
  RINGBACK_BREAKER_ATTEMPTS: '1',
  RINGBACK_BREAKER_PROBE_MIN: '10ms',
  RINGBACK_BREAKER_RAMP: '10ms',
  // A probe that a lost worker had is waited for as long as an attempt may take.
  RINGBACK_ATTEMPT_TIMEOUT: '1s',
}

export const probing: Scene = {
  name: 'a worker finds out whether Salesforce is back',
  under: ['retry'],
  start: (bundle, settings) => startWorker(bundle, { ...nervousBreaker, ...settings }),
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
    await sendRaw(bundle, one)
    return booked(one)
  },
}

const inFirst = callbacksIn(0, 2, { count: 1, prefix: 'first' })

/** The other of two partitions follows: first it sends nothing either, then it goes on. */
export const following: Scene = {
  name: 'a worker has a partition follow the breaker of the other one',
  under: ['retry'],
  partitions: 2,
  start: (bundle, settings) =>
    startWorker(bundle, {
      ...nervousBreaker,
      RINGBACK_PARTITIONS: '2',
      RINGBACK_BREAKER_PROBE_MIN: '2s',
      RINGBACK_BREAKER_RAMP: '1m',
      ...settings,
    }),
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
    for (const callback of inFirst) await sendRaw(bundle, callback)
    return booked(...inFirst)
  },
}

export const limited: Scene = {
  name: 'a worker books a callback where so many may be under way',
  under: ['retry'],
  start: (bundle, settings) => startWorker(bundle, { RINGBACK_MAX_IN_FLIGHT: '5', ...settings }),
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked(one)
  },
}

export const handingBack: Scene = {
  name: 'a worker gives back a callback that became due too early for the rate',
  under: ['retry'],
  start: (bundle, settings) => startWorker(bundle, { RINGBACK_RATE: '0.2', ...settings }),
  prepare: async (bundle) => {
    const { store } = bundle
    const { redis, ref } = store
    const [seconds] = await redis.time()
    await redis.hset(paceKey(ref), 'next', (Number(seconds) + 9) * 1_000_000, 'gap', 5_000_000)
    await xadd(store, { ...one, delay: 3_000 })
    return booked(one)
  },
}

/** Its time has just come. */
export const enqueuing: Scene = {
  name: 'a worker puts on the queue what was put off',
  under: ['retry'],
  start: startWorker,
  prepare: async ({ store }) => {
    const { redis, ref } = store
    // Not overdue yet for a reconciler.
    const updatedAt = isoTimestamp(systemClock.now() - 10_000)
    await scheduled({ store, intent: JSON.stringify(one), queued: false, fields: { updatedAt } })
    await redis.zadd(scheduleKey(ref), systemClock.now(), jobIdOf(one.id, 1))
    return booked(one)
  },
}

export const leaving: Scene = {
  name: 'a worker is told to stop',
  under: ['retry'],
  start: (bundle, settings) => {
    const worker = startWorker(bundle, settings)
    // Before it says that it serves the destination it has nothing to take back.
    const isServing = () =>
      expect.poll(async () => (await readLivingWorkers(bundle.store)).length, patience).toBe(1)
    void worker
      .next('worker.started')
      .then(isServing)
      .then(() => worker.signal('SIGTERM'))
    return worker
  },
  prepare: async (bundle) => {
    await sendRaw(bundle, one)
    return booked(one)
  },
  // Who died is no longer counted in the end, whether it could say so or not.
  check: ({ store }) =>
    expect.poll(async () => (await readLivingWorkers(store)).length, patience).toBe(1),
}

export const refused: Scene = {
  name: 'a worker is told no for good',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    bundle.sandbox.setFaults([{ do: 'refuse' }])
    await sendRaw(bundle, one)
    return dead(one.id)
  },
}

export const expired: Scene = {
  name: 'a worker comes to a callback too late',
  under: ['retry'],
  isForReconciler: true,
  start: startWorker,
  prepare: async ({ store }) => {
    const intent = JSON.stringify(one)
    await scheduled({ store, intent, expiresAt: '2026-02-26T15:40:53.000Z' })
    return dead(one.id)
  },
}

export const expiring: Scene = {
  name: 'a worker ends a callback that expires while nothing may be sent',
  under: ['retry'],
  isForReconciler: true,
  start: startWorker,
  prepare: async ({ store }) => {
    await pause(store, { what: 'dispatch', by: undefined, why: undefined, forMs: undefined })
    const expiresAt = '2026-02-26T15:40:53.000Z'
    await scheduled({ store, intent: JSON.stringify({ ...one, expiresAt }), expiresAt })
    await store.redis.zadd(expiriesKey(store.ref), Date.parse(expiresAt), one.id)
    return dead(one.id)
  },
  // A job that is left is taken away when it is fetched.
  recover: ({ store }) => resume(store, { what: ['dispatch'] }),
}

export const burying: Scene = {
  name: 'a worker is given what is not an intent',
  under: ['retry'],
  start: startWorker,
  prepare: async ({ store }) => {
    await xadd(store, { ...one, unknown: true })
    return dead(one.id)
  },
}

export const claiming: Scene = {
  name: 'a worker takes over what a dead one was given',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { store } = bundle
    await sendRaw(bundle, one)
    await ensureInboxGroup(store)
    await readNew(store, { consumer: 'dead', count: 1, blockMs: 1 })
    return booked(one)
  },
}

export const failingEntry: Scene = {
  name: 'a worker cannot take in an entry, and tries again',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { redis, ref } = bundle.store
    await redis.set(callbackKey(ref, one.id), 'a string where a hash should be')
    await sendRaw(bundle, one)
    return booked(one)
  },
  recover: ({ store }) => store.redis.del(callbackKey(store.ref, one.id)),
}

export const failing: Scene = {
  name: 'a worker puts back a job that BullMQ has given up',
  under: ['retry'],
  isForReconciler: true,
  start: startWorker,
  prepare: async ({ store }) => {
    // Not overdue yet for the reconciler of the worker that is to die, which would be about it as well.
    const updatedAt = isoTimestamp(systemClock.now() - 10_000)
    await scheduled({ store, intent: JSON.stringify(one), fields: { updatedAt } })
    // BullMQ's own mark of a job that it is to fail without running it; gone once it has.
    await store.redis.hset(jobKey(store.ref, jobIdOf(one.id, 1)), 'defa', 'given up')
    return booked(one)
  },
}

export const restoring: Scene = {
  name: 'a worker finds a job that lies in no list',
  under: ['retry'],
  isForReconciler: true,
  start: startWorker,
  prepare: async ({ store }) => {
    await scheduled({ store, intent: JSON.stringify(one) })
    expect(await store.redis.zrem(jobKey(store.ref, 'prioritized'), jobIdOf(one.id, 1))).toBe(1)
    return booked(one)
  },
}

export const promoting: Scene = {
  name: 'a worker finds a job that waits past its time',
  under: ['retry'],
  isForReconciler: true,
  start: startWorker,
  prepare: async ({ store }) => {
    await scheduled({ store, intent: JSON.stringify(one), delayMs: 3_600_000 })
    return booked(one)
  },
}

export const maintaining: Scene = {
  name: 'a worker repairs the index of dead letters',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { redis, ref } = bundle.store
    await letDie(bundle)
    await redis.zrem(deadLettersKey(ref), one.id)
    await redis.zadd(deadLettersKey(ref), 1, 'never-was')
    return dead(one.id, ...idsOf(three))
  },
  check: ({ store }) =>
    expect
      .poll(
        async () => (await store.redis.zrange(deadLettersKey(store.ref), '0', '-1')).toSorted(),
        patience,
      )
      .toEqual([...idsOf(three), one.id]),
}

/** The server has the functions of an older version. */
export const loading: Scene = {
  name: 'a worker loads the functions',
  under: ['retry'],
  hasOwnServer: true,
  start: startWorker,
  prepare: async (bundle) => {
    const older = "redis.register_function('ringback_status', function() return {} end)"
    const code = `#!lua name=${libraryName}\n-- revision 0\n${older}`
    await bundle.store.redis.function('LOAD', 'REPLACE', code)
    await sendRaw(bundle, one)
    return booked(one)
  },
  check: ({ store: { redis, ref } }) =>
    expect
      .poll(() => redis.call('FCALL', 'ringback_status', 1, inboxKey(ref), one.id), patience)
      .toContain('booked'),
}

export const unsealing: Scene = {
  name: 'a worker publishes its keys, and books what was sealed to one of them',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const { seal } = await giveSealKeys(bundle)
    await sendRaw(bundle, { ...one, callbackNumber: await seal(one.callbackNumber) })
    return booked(one)
  },
  check: async ({ store, sandbox }) => {
    expect((await readPublicKeys(store)).keys).toHaveLength(2)
    expect(sandbox.bookingsOf(one.id)[0]?.callbackNumber).toBe(one.callbackNumber)
  },
}

/** An older version took in `one`, and a callback was forgotten that is still named. */
export const placing: Scene = {
  name: 'a worker repairs the indexes by call and number',
  under: ['retry'],
  start: startWorker,
  prepare: async ({ store }) => {
    await scheduled({ store, intent: JSON.stringify(one) })
    await store.redis.zadd(numberPlaceKey(store.ref, '0000'), 1, '\0\0\0\0never-was')
    return booked(one)
  },
  check: async ({ store }) => {
    await expect.poll(() => store.redis.exists(numberPlaceKey(store.ref, '0000')), patience).toBe(0)
    for (const clue of cluesOf(one)) {
      const find = async () => {
        const reading = await readNumberKey(store, undefined)
        if (reading.kind !== 'known') return reading
        return findIds(store, { key: reading.key, page: { clue, from: 0, count: 10 } })
      }
      await expect.poll(find, patience).toEqual([one.id])
    }
  },
}

function cluesOf({ callId, callbackNumber }: typeof one): Clue[] {
  return [
    { kind: 'call', callId },
    { kind: 'number', callbackNumber },
  ]
}

/** `one` and three more callbacks that Salesforce refuses. */
export async function letDie(bundle: Bundle): Promise<void> {
  bundle.sandbox.setFaults([{ do: 'refuse' }])
  for (const callback of [one, ...three]) await sendRaw(bundle, callback)
  const worker = bundle.startWorker()
  await resultsOfAll(bundle, [one.id, ...idsOf(three)])
  await worker.stop()
  bundle.sandbox.setFaults([])
}
