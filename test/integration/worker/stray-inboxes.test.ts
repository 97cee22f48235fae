import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { registerSeen } from '../../../src/shared/store/destinations/registry.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { deadLettersKey, inboxKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import {
  createStrayBurial,
  type StrayContext,
} from '../../../src/worker/maintenance/stray-inboxes.ts'
import { createRecorder } from '../../support/recorder.ts'
import { placesNothing } from '../../support/number-key.ts'
import { rpush } from '../../support/inbox.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const nowMs = Date.parse('2026-02-26T15:45:52.000Z')
const graceMs = 300_000

async function setUp(more: Partial<StrayContext> = {}) {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const namespace = freshNamespace()
  const ref = { namespace, destination: 'typo' }
  const store = openStore(redis, ref)
  await registerSeen(store)
  const recorder = createRecorder()
  const context = {
    redis,
    namespace,
    served: () => ['default'],
    retentionMs: () => 60_000,
    graceMs,
    clock: { ...systemClock, now: () => nowMs },
    observe: recorder.observe,
    numberKeyOf: placesNothing,
    ...more,
  }
  const add = (agoMs: number, id: string, key = inboxKey(ref)) =>
    redis.xadd(
      key,
      `${nowMs - agoMs}-*`,
      'intent',
      JSON.stringify({ id, callId: id, callbackNumber: '+18445791189' }),
    )
  return { store, namespace, recorder, add, bury: createStrayBurial(context) }
}

describe('entries of an inbox that nobody serves', () => {
  it('are buried once they have waited for the grace, and not a millisecond before', async () => {
    const { store, recorder, add, bury } = await setUp()
    await add(graceMs + 1, 'long')
    await add(graceMs, 'just')
    await add(graceMs - 1, 'hardly')
    await add(0, 'new')
    expect(await bury()).toBe(2)
    expect(recorder.of('entry.buried').map(({ id }) => id)).toEqual(['long', 'just'])
    expect(recorder.of('inbox.stray')).toMatchObject([{ destination: 'typo', entries: 4 }])
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(2)
    expect(await bury()).toBe(0)
  })

  it.each(['1-1', '1772120452-0', '9999999999999-0', '9999999999999999-0'])(
    'are given the grace from when they are first seen, whose id %s tells no time',
    async (odd) => {
      const machine = { passedMs: 0 }
      const clock = {
        ...systemClock,
        now: () => nowMs + machine.passedMs,
        monotonic: () => machine.passedMs,
      }
      const { store, recorder, bury } = await setUp({ clock })
      const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: '+18445791189' })
      await store.redis.xadd(inboxKey(store.ref), odd, 'intent', intent)
      expect(await bury()).toBe(0)
      machine.passedMs = graceMs - 1
      expect(await bury()).toBe(0)
      machine.passedMs = graceMs
      expect(await bury()).toBe(1)
      expect(recorder.of('entry.buried')).toMatchObject([{ id: 'one' }])
    },
  )

  it('lie at the door of a destination that nobody serves, too', async () => {
    const machine = { passedMs: 0 }
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + machine.passedMs,
      monotonic: () => machine.passedMs,
    }
    const { store, recorder, bury } = await setUp({ clock })
    await rpush(store, { id: 'pushed', callId: 'c', callbackNumber: '+18445791189' })
    expect(await bury()).toBe(0)
    machine.passedMs = graceMs + 60_000
    expect(await bury()).toBe(1)
    expect(recorder.of('entry.buried')).toMatchObject([
      { id: 'pushed', code: 'unknown-destination' },
    ])
  })

  it('are buried a hundred at a time, oldest first', async () => {
    const { store, add, bury } = await setUp()
    const { redis, ref } = store
    for (let n = 0; n < 130; n += 1) await add(graceMs + 500 - n, `id-${n}`)
    expect(await bury()).toBe(100)
    expect(await redis.zcard(deadLettersKey(ref))).toBe(100)
    expect(await redis.zscore(deadLettersKey(ref), 'id-99')).not.toBeNull()
    expect(await bury()).toBe(30)
    expect(await redis.xlen(inboxKey(ref))).toBe(0)
  })

  it('are dated by when Redis took them and when they were buried, by the clock of the worker', async () => {
    const { store, add, bury } = await setUp()
    const { redis, ref } = store
    await add(graceMs, 'one')
    await bury()
    expect(await redis.zscore(deadLettersKey(ref), 'one')).toBe(String(nowMs))
    const fields = await redis.hgetall(`{${ref.namespace}:typo}:callback:one`)
    expect(fields).toMatchObject({
      acceptedAt: '2026-02-26T15:40:52.000Z',
      updatedAt: '2026-02-26T15:45:52.000Z',
      message: `destination: no worker ever served ${inboxKey(ref)}; this one serves default`,
    })
  })

  it('of which nothing is left are nobody’s news', async () => {
    const { recorder, bury } = await setUp()
    expect(await bury()).toBe(0)
    expect(recorder.all).toEqual([])
  })
})

describe('an inbox is left alone', () => {
  it('that any worker has ever served', async () => {
    const { store, recorder, add, bury } = await setUp()
    await add(graceMs, 'one')
    await store.redis.xgroup('CREATE', inboxKey(store.ref), 'bridge', '0')
    expect(await bury()).toBe(0)
    expect(recorder.all).toEqual([])
  })

  it('but not for a group of somebody else', async () => {
    const { store, add, bury } = await setUp()
    await add(graceMs, 'one')
    await store.redis.xgroup('CREATE', inboxKey(store.ref), 'my-audit', '0')
    expect(await bury()).toBe(1)
  })

  it('that this worker serves', async () => {
    const { store, namespace, recorder, add, bury } = await setUp()
    const own = { namespace, destination: 'default' }
    const ownStore = openStore(store.redis, own)
    await registerSeen(ownStore)
    await add(graceMs, 'one', inboxKey(own))
    expect(await bury()).toBe(0)
    expect(recorder.all).toEqual([])
  })

  it('that is not a stream, and the next one is looked at all the same', async () => {
    const { store, namespace, add, bury } = await setUp()
    const { redis, ref } = store
    const odd = { namespace, destination: 'odd' }
    const oddStore = openStore(redis, odd)
    await registerSeen(oddStore)
    await redis.set(inboxKey(odd), 'another type')
    await add(graceMs, 'one')
    expect(await bury()).toBe(1)
    expect(await redis.exists(resultsKey(ref))).toBe(1)
  })
})

it('holds up no other destination where one is broken, and says which', async () => {
  const { store, namespace, recorder, add, bury } = await setUp()
  const others = ['a-broken', 'z-whole'].map((destination) => ({ namespace, destination }))
  for (const other of others) {
    const otherStore = openStore(store.redis, other)
    await registerSeen(otherStore)
    await add(graceMs, 'one', inboxKey(other))
  }
  await store.redis.set(resultsKey({ namespace, destination: 'a-broken' }), 'another type')
  await add(graceMs, 'one', inboxKey(store.ref))
  expect(await bury()).toBe(2)
  expect(recorder.of('maintenance.failed')).toMatchObject([
    { part: 'strays', destination: 'a-broken' },
  ])
  expect(
    recorder
      .of('entry.buried')
      .map(({ destination }) => destination)
      .toSorted(),
  ).toEqual(['typo', 'z-whole'])
})
