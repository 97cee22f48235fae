import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import {
  readRegistry,
  registerSeen,
  registerServed,
} from '../../../src/shared/store/destinations/registry.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  destinationsKey,
  inboxKey,
  jobKey,
  type DestinationRef,
} from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import {
  createWalker,
  type Reconciliation,
  type Walker,
  type WalkerContext,
} from '../../../src/worker/maintenance/walker.ts'
import { createCallbackQueue } from '../../../src/queue/callback-queue.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { failingOnce } from '../../support/fail-once.ts'
import { bookedCallback, deadCallback } from '../../support/ledger.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { createRecorder } from '../../support/recorder.ts'
import { freshNamespace } from '../../support/redis.ts'
import { placesNothing } from '../../support/number-key.ts'
import { scheduled } from '../../support/scheduled.ts'

const intent = JSON.stringify(sampleCallback('one'))
/** When what `scheduled` schedules is due. */
const dueMs = Date.parse('2026-02-26T15:40:52.000Z')
const overdueMs = 60_000

/** A Redis of its own, and a walker for whom `one` of the test has just become overdue. */
async function setUp(more: Partial<WalkerContext> = {}) {
  const { url } = await startPrivateRedis()
  const redis = new Redis(url, { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const namespace = freshNamespace()
  const recorder = createRecorder()
  const time = { nowMs: dueMs + overdueMs }
  const queues: string[] = []
  const walkerOf = (further: Partial<WalkerContext> = {}): Walker =>
    createWalker({
      redis,
      namespace,
      observe: recorder.observe,
      served: () => new Map([['default', { overdueMs }]]),
      queueOf: (store) => {
        queues.push(store.ref.destination)
        return createCallbackQueue(store)
      },
      clock: { ...systemClock, now: () => time.nowMs },
      numberKeyOf: placesNothing,
      ...more,
      ...further,
    })
  const ref = { namespace, destination: 'default' }
  const store = openStore(redis, ref)
  return { store, namespace, recorder, time, queues, walkerOf }
}

function forget(store: DestinationStore): Promise<void> {
  return scheduled({ store, intent, queued: false })
}

async function fill({ redis, ref }: DestinationStore, ids: readonly string[], fields: object) {
  const writes = redis.pipeline()
  for (const id of ids) writes.hset(callbackKey(ref, id), fields)
  await writes.exec()
}

const idsOf = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`)

const forgotten = {
  v: '1',
  state: 'scheduled',
  generation: '1',
  intent,
  attempts: '0',
  acceptedAt: '2026-02-26T15:40:52.000Z',
  dueAt: '2026-02-26T15:40:52.000Z',
  updatedAt: '2026-02-26T15:40:52.000Z',
}

async function pass(walker: Walker): Promise<Reconciliation[]> {
  const batch = await walker.runOnce()
  return batch.passEnded ? [batch] : [batch, ...(await pass(walker))]
}

const sum = (
  batches: readonly Reconciliation[],
  field: Exclude<keyof Reconciliation, 'passEnded'>,
) => batches.reduce((total, batch) => total + batch[field], 0)

describe('what the walk finds is sorted by destination', () => {
  it('and each callback is given back to the queue of its own', async () => {
    const { store, namespace, recorder, walkerOf } = await setUp()
    const { redis } = store
    const [a, b] = ['a', 'b'].map((destination) => ({ namespace, destination })) as [
      DestinationRef,
      DestinationRef,
    ]
    const aStore = openStore(redis, a)
    const bStore = openStore(redis, b)
    await forget(aStore)
    await forget(bStore)
    await redis.del(callbackKey(a, 'one'))
    await fill(aStore, ['other'], forgotten)
    const served = new Map(['a', 'b'].map((name) => [name, { overdueMs }]))
    expect(await walkerOf({ served: () => served }).runOnce()).toMatchObject({
      scanned: 2,
      recovered: 2,
    })
    const told = recorder.of('job.recovered').map(({ destination, id }) => `${destination} ${id}`)
    expect(told.toSorted()).toEqual(['a other', 'b one'])
    expect(await redis.exists(jobKey(a, 'cb-1-other'), jobKey(b, 'cb-1-one'))).toBe(2)
    expect(await redis.exists(jobKey(b, 'cb-1-other'), jobKey(a, 'cb-1-one'))).toBe(0)
  })

  it('by the times that its own workers have recorded, to the millisecond', async () => {
    const { store, namespace, recorder, time, walkerOf } = await setUp()
    const { redis } = store
    const longer = new Map([['patient', { overdueMs: overdueMs + 1 }]])
    await registerServed(redis, namespace, new Map([['hasty', { overdueMs }]]))
    await registerServed(redis, namespace, longer)
    for (const destination of ['hasty', 'patient', 'default']) {
      await forget(openStore(redis, { namespace, destination }))
    }
    const recovered = () => recorder.of('job.recovered').map(({ destination }) => destination)
    time.nowMs -= 1
    await pass(walkerOf())
    expect(recovered()).toEqual([])
    time.nowMs += 1
    await pass(walkerOf())
    expect(recovered().toSorted()).toEqual(['default', 'hasty'])
    time.nowMs += 1
    await pass(walkerOf())
    expect(recovered().toSorted()).toEqual(['default', 'hasty', 'patient'])
  })

  it('and its own times count for what it serves, whatever the registry says', async () => {
    const { store, namespace, time, walkerOf } = await setUp()
    await registerServed(store.redis, namespace, new Map([['default', { overdueMs: 1 }]]))
    await forget(store)
    time.nowMs -= 1
    expect(await walkerOf().runOnce()).toMatchObject({ recovered: 0 })
  })

  it('and where no worker has recorded times, nothing is touched, and no queue is made', async () => {
    const { store, namespace, recorder, queues, walkerOf } = await setUp()
    const unserved = { namespace, destination: 'unserved' }
    const unservedStore = openStore(store.redis, unserved)
    await registerSeen(unservedStore)
    await forget(unservedStore)
    await fill(unservedStore, ['dead'], deadCallback)
    await store.redis.zadd(deadLettersKey(unserved), 1, 'never-was')
    expect(await walkerOf().runOnce()).toMatchObject({ scanned: 0, recovered: 0, unlisted: 0 })
    expect(recorder.all).toEqual([])
    expect(queues).toEqual([])
    expect(await store.redis.zrange(deadLettersKey(unserved), '0', '-1')).toEqual(['never-was'])
  })

  it('and keys of another namespace are nobody’s', async () => {
    const { store, namespace, recorder, walkerOf } = await setUp()
    for (const other of [`${namespace}x`, namespace.slice(0, -1), namespace.replace('t', '?')]) {
      await forget(openStore(store.redis, { namespace: other, destination: 'default' }))
    }
    const walker = walkerOf({ namespace: namespace.replace('t', '?') })
    expect(await walkerOf().runOnce()).toMatchObject({ scanned: 0, passEnded: true })
    expect(await walker.runOnce()).toMatchObject({ scanned: 1, passEnded: true })
    expect(recorder.of('job.recovered')).toHaveLength(1)
  })
})

describe('a destination that nobody knew', () => {
  it.each([
    [
      'its inbox',
      ({ redis, ref }: DestinationStore) => redis.xadd(inboxKey(ref), '*', 'intent', '{}'),
    ],
    ['one of its dead letters', (store: DestinationStore) => fill(store, ['x'], deadCallback)],
    ['a job', ({ redis, ref }: DestinationStore) => redis.set(jobKey(ref, 'cb-1-x'), '')],
  ])('is registered when the walk meets %s', async (_, write) => {
    const { store, namespace, walkerOf } = await setUp()
    await write(openStore(store.redis, { namespace, destination: 'typo' }))
    await walkerOf().runOnce()
    expect([...(await readRegistry(store.redis, namespace))]).toEqual([['typo', undefined]])
  })

  it('is registered once per batch, however many keys it has', async () => {
    const { store, namespace, walkerOf } = await setUp()
    await fill(
      openStore(store.redis, { namespace, destination: 'typo' }),
      idsOf('dead', 500),
      deadCallback,
    )
    const written = vi.spyOn(store.redis, 'hsetnx')
    await walkerOf().runOnce()
    expect(written).toHaveBeenCalledTimes(1)
  })

  it('does not replace what the registry says of it, and what the walker serves is not news', async () => {
    const { store, namespace, walkerOf } = await setUp()
    const { redis } = store
    const key = destinationsKey(namespace)
    await registerServed(redis, namespace, new Map([['known', { overdueMs }]]))
    await forget(openStore(redis, { namespace, destination: 'known' }))
    await forget(store)
    const written = vi.spyOn(redis, 'hsetnx')
    await pass(walkerOf())
    expect(await redis.hkeys(key)).toEqual(['known'])
    expect(written).not.toHaveBeenCalled()
  })
})

describe('a batch', () => {
  it('ends after the page with a hundred findings, of all destinations together', async () => {
    const { store, namespace, walkerOf } = await setUp()
    const names = ['a', 'b', 'c', 'd']
    for (const destination of names) {
      await fill(
        openStore(store.redis, { namespace, destination }),
        idsOf(destination, 100),
        forgotten,
      )
    }
    const batches = await pass(
      walkerOf({ served: () => new Map(names.map((name) => [name, { overdueMs }])) }),
    )
    expect(sum(batches, 'recovered')).toBe(400)
    for (const { recovered } of batches.slice(0, -1)) {
      expect(recovered).toBeGreaterThanOrEqual(100)
      // A page holds a hundred or so: SCAN gives whole buckets.
      expect(recovered).toBeLessThan(220)
    }
  })

  it('reads ten pages of the indexes of dead letters at most, and the next one goes on with them', async () => {
    const { store, recorder, walkerOf } = await setUp()
    const { redis, ref } = store
    const dead = idsOf('dead', 2_500)
    await fill(store, dead, deadCallback)
    const members = [...dead, 'never-was'].flatMap((id) => [1, id])
    await redis.zadd(deadLettersKey(ref), ...members)
    const zscan = vi.spyOn(redis, 'zscan')
    const batches = await pass(walkerOf())
    expect(zscan.mock.calls.length).toBeGreaterThanOrEqual(20)
    expect(zscan.mock.calls.length).toBeLessThanOrEqual(10 * batches.length)
    const places = zscan.mock.calls.map(([key, cursor]) => `${String(key)} ${cursor}`)
    expect(new Set(places).size).toBe(zscan.mock.calls.length)
    for (const [, , ...options] of zscan.mock.calls) expect(options).toEqual(['COUNT', 100])
    expect(sum(batches, 'unlisted')).toBe(1)
    expect(recorder.of('dead-letter.unlisted').map(({ id }) => id)).toEqual(['never-was'])
    expect(await redis.zcard(deadLettersKey(ref))).toBe(dead.length)
  })

  it('walks the index of every destination in one pass, and of each again in the next', async () => {
    const { store, namespace, walkerOf } = await setUp()
    const names = idsOf('d', 25)
    const served = new Map(names.map((name) => [name, { overdueMs }]))
    const walker = walkerOf({ served: () => served })
    for (const again of [1, 2]) {
      for (const destination of names) {
        await store.redis.zadd(deadLettersKey({ namespace, destination }), again, `never-${again}`)
      }
      expect(sum(await pass(walker), 'unlisted')).toBe(names.length)
    }
  })

  it('stops between two pages of keys, or of an index, when it is told to', async () => {
    const { store, walkerOf } = await setUp()
    await store.redis.zadd(deadLettersKey(store.ref), 1, 'never-was')
    await forget(store)
    const batch = await walkerOf().runOnce(AbortSignal.abort())
    expect(batch).toMatchObject({ scanned: 0, unlisted: 0, passEnded: false })
  })
})

describe('a failure of Redis in the middle of a pass', () => {
  it.each(['evalsha', 'scan'] as const)('loses none of the callbacks: %s', async (command) => {
    const { store, recorder, walkerOf } = await setUp()
    await fill(store, idsOf('booked', 600), bookedCallback)
    await fill(store, idsOf('forgotten', 60), forgotten)
    for (const nth of [1, 2, 3]) {
      const walker = walkerOf({ redis: failingOnce(store.redis, command, nth) })
      await expect(pass(walker)).rejects.toThrow('Connection is closed.')
      await pass(walker)
    }
    const told = recorder.of('job.recovered').map(({ id }) => id)
    expect(new Set(told).size).toBe(60)
  })

  it('reads the page again that it has interrupted, and none before it', async () => {
    const { store, walkerOf } = await setUp()
    await fill(store, idsOf('booked', 1_000), bookedCallback)
    // The survey of the third page that holds callbacks.
    const walker = walkerOf({ redis: failingOnce(store.redis, 'evalsha', 3) })
    const scan = vi.spyOn(store.redis, 'scan')
    await expect(walker.runOnce()).rejects.toThrow('Connection is closed.')
    const interrupted = scan.mock.calls.at(-1)?.[0]
    expect(interrupted).not.toBe('0')
    scan.mockClear()
    await pass(walker)
    expect(scan.mock.calls[0]?.[0]).toBe(interrupted)
  })

  it('reads the page of the index again that it has interrupted', async () => {
    const { store, walkerOf } = await setUp()
    const { redis, ref } = store
    await redis.zadd(deadLettersKey(ref), ...idsOf('never', 500).flatMap((id) => [1, id]))
    const walker = walkerOf({ redis: failingOnce(redis, 'evalsha', 2) })
    await expect(walker.runOnce()).rejects.toThrow('Connection is closed.')
    await pass(walker)
    expect(await redis.exists(deadLettersKey(ref))).toBe(0)
  })
})

describe('what is broken for one destination', () => {
  it('holds up no other, and is reported as a failure of maintenance of that one', async () => {
    const { store, namespace, recorder, walkerOf } = await setUp()
    const names = ['broken', 'whole']
    const [broken, whole] = names.map((destination) => ({ namespace, destination })) as [
      DestinationRef,
      DestinationRef,
    ]
    const brokenStore = openStore(store.redis, broken)
    const wholeStore = openStore(store.redis, whole)
    await store.redis.set(deadLettersKey(broken), 'another type')
    await forget(brokenStore)
    await forget(wholeStore)
    await store.redis.zadd(deadLettersKey(whole), 1, 'never-was')
    const served = new Map(names.map((name) => [name, { overdueMs }]))
    const batch = await walkerOf({ served: () => served }).runOnce()
    expect(batch).toMatchObject({ recovered: 2, unlisted: 1, passEnded: true })
    expect(recorder.of('maintenance.failed')).toMatchObject([
      { part: 'walk', destination: 'broken' },
    ])
    expect(recorder.of('maintenance.failed')[0]?.message).toContain('WRONGTYPE')
  })

  it('is the registry itself: what the walker serves is looked after, and the failure is reported', async () => {
    const { store, namespace, recorder, walkerOf } = await setUp()
    await store.redis.set(destinationsKey(namespace), 'another type')
    await forget(store)
    expect(await walkerOf().runOnce()).toMatchObject({ recovered: 1, passEnded: true })
    expect(recorder.of('maintenance.failed')).toMatchObject([
      { part: 'registry', destination: undefined },
    ])
  })
})

it('reports for each destination what cannot be read there, once per batch and problem', async () => {
  const { store, namespace, recorder, walkerOf } = await setUp()
  const served = new Map(['a', 'b'].map((name) => [name, { overdueMs }]))
  await fill(openStore(store.redis, { namespace, destination: 'a' }), idsOf('napping', 12), {
    state: 'napping',
  })
  await fill(openStore(store.redis, { namespace, destination: 'b' }), ['newer'], {
    ...bookedCallback,
    v: '2',
  })
  expect(await walkerOf({ served: () => served }).runOnce()).toMatchObject({ unreconciled: 13 })
  // Keys come in no order.
  const told = recorder
    .of('callback.unreconciled')
    .toSorted((one, other) => (one.destination < other.destination ? -1 : 1))
  expect(told).toMatchObject([
    { destination: 'a', problem: 'unknown-state', callbacks: 12 },
    { destination: 'b', problem: 'unknown-version', callbacks: 1, ids: ['newer'] },
  ])
  expect(told[0]?.ids).toHaveLength(10)
})
