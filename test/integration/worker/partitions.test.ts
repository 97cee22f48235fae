/** A destination in several partitions: whoever writes to whichever of them, a callback is in one ledger, and booked once. */
import { expect, it } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { partitionName, partitionOf } from '../../../src/shared/contract/partition.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, controlKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { fixPartitions } from '../../../src/shared/store/partitions/fix-partitions.ts'
import { handOver } from '../../../src/shared/store/inbox/hand-over.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { submit } from '../../../src/shared/store/inbox/submit.ts'
import { readWishAnswer, sayWish } from '../../../src/shared/store/inbox/wish-answer.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { inPartitions } from '../../../src/worker/partition.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { at } from '../../support/further-destinations.ts'
import { xadd } from '../../support/inbox.ts'
import { callbacksIn } from '../../support/partitions.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const partitions = 4

function storeOf(bundle: Bundle, place: number): DestinationStore {
  return at(bundle, partitionName(bundle.store.ref.destination, place)).store
}

/** A producer that asked before that takes it for one partition, for a second. */
async function startServing(bundle: Bundle): Promise<void> {
  const { redis, ref } = bundle.store
  bundle.startWorker()
  await expect.poll(() => redis.hget(controlKey(ref), 'partitions')).toBe(`${partitions}`)
}

function homeOf(bundle: Bundle, id: string): DestinationStore {
  return storeOf(bundle, partitionOf(id, partitions))
}

it('books once each of what is put into the inboxes of partitions, whichever it belongs to', async () => {
  const bundle = await setup({ destination: { partitions } })
  const callbacks = sampleCallbacks(40)
  for (const [nth, callback] of callbacks.entries()) {
    await xadd(storeOf(bundle, nth % partitions), callback)
  }

  bundle.startWorker()

  for (const { id } of callbacks) {
    expect(await bundle.producer.waitForEnd(id)).toMatchObject({ state: 'booked', attempts: 1 })
    expect(bundle.sandbox.bookingsOf(id)).toHaveLength(1)
    const { redis, ref } = homeOf(bundle, id)
    expect(await redis.hget(callbackKey(ref, id), 'state')).toBe('booked')
  }
})

it('takes the same id for the same callback that comes through two partitions', async () => {
  const bundle = await setup({ destination: { partitions } })
  const callbacks = sampleCallbacks(8)
  for (const callback of callbacks) {
    await xadd(storeOf(bundle, 0), callback)
    await xadd(storeOf(bundle, 3), callback)
  }

  bundle.startWorker()

  for (const { id } of callbacks) {
    await bundle.recorder.next('entry.duplicate', (event) => event.id === id)
    await bundle.producer.waitForEnd(id)
    expect(bundle.sandbox.bookingsOf(id)).toHaveLength(1)
  }
})

it('puts an entry into the inbox of its partition once, however often it is handed over', async () => {
  const { store } = await setup()
  const entry = { redriveOf: undefined, from: 1, entryId: '1700000000000-0', keptMs: 60_000 }
  const intent = Buffer.from(JSON.stringify(sampleCallback('one')))

  for (const again of [1, 2, 3]) await handOver(store, { ...entry, intent, from: again % 2 })

  expect(await store.redis.xlen(inboxKey(store.ref))).toBe(2)
})

it('counts the time of what was handed over from when it was sent', async () => {
  const bundle = await setup({ destination: { partitions } })
  const [callback = sampleCallback('')] = callbacksIn(2, partitions, { count: 1, prefix: 'late' })
  const sentMs = Date.now() - 60_000
  const { redis, ref } = storeOf(bundle, 1)
  const intent = JSON.stringify({ ...callback, delay: 30_000 })
  await redis.xadd(inboxKey(ref), `${sentMs}-0`, 'intent', intent)

  bundle.startWorker()

  expect(await bundle.producer.waitForEnd(callback.id)).toMatchObject({
    acceptedAt: isoTimestamp(sentMs),
    dueAt: isoTimestamp(sentMs + 30_000),
  })
})

it('keeps what a library has promised that knew of no partitions', async () => {
  const bundle = await setup({ destination: { partitions } })
  const [callback = sampleCallback('')] = callbacksIn(2, partitions, { count: 1, prefix: 'old' })
  const intent = { ...callback, priority: 5 }
  const { store } = bundle
  expect(await submit(store, { intent, traceparent: undefined })).toMatchObject({
    kind: 'accepted',
  })

  bundle.startWorker()

  expect(await bundle.producer.waitForEnd(callback.id)).toMatchObject({ state: 'booked' })
  expect(await store.redis.exists(callbackKey(store.ref, callback.id))).toBe(0)
  expect(bundle.sandbox.bookingsOf(callback.id)).toHaveLength(1)
})

it('buries what is no intent where the dead letter is looked for', async () => {
  const bundle = await setup({ destination: { partitions } })
  const [{ id } = sampleCallback('')] = callbacksIn(3, partitions, { count: 1, prefix: 'bad' })
  await xadd(bundle.store, { id, callId: 'c', unknown: 1 })
  const entryId = await xadd(storeOf(bundle, 1), 'no JSON')

  bundle.startWorker()

  const { id: nameless } = await bundle.recorder.next('entry.buried', (event) => event.id !== id)
  expect(nameless).toBe(`inbox-${entryId}`)
  expect(await bundle.producer.waitForEnd(id)).toMatchObject({ code: 'invalid-intent' })
  expect(await bundle.producer.waitForEnd(nameless)).toMatchObject({ code: 'invalid-intent' })
})

it('refuses a cancel in the inbox of another partition by name, and leaves the callback as it is', async () => {
  const bundle = await setup({ destination: { partitions } })
  const [callback = sampleCallback('')] = callbacksIn(1, partitions, { count: 1, prefix: 'keep' })
  await bundle.producer.enqueue({ ...callback, delay: '1h' })
  const json = JSON.stringify({ id: callback.id })
  const entryId = await sayWish(bundle.store, { kind: 'cancel', json })

  bundle.startWorker()

  await bundle.recorder.next('entry.buried', ({ code }) => code === 'wrong-partition')
  const answer: unknown = JSON.parse((await readWishAnswer(bundle.store, entryId)) ?? '')
  expect(answer).toMatchObject({ code: 'wrong-partition' })
  expect(JSON.stringify(answer)).toContain(inboxKey(homeOf(bundle, callback.id).ref))
  expect(await bundle.producer.status(callback.id)).not.toMatchObject({ state: 'cancelled' })
})

it('cancels and finds, for the library, in whichever partition callbacks are', async () => {
  const bundle = await setup({ destination: { partitions } })
  await startServing(bundle)
  const callbacks = sampleCallbacks(12)
  const ids = callbacks.map(({ id }) => id)
  for (const callback of callbacks) await bundle.producer.enqueue({ ...callback, delay: '1h' })
  for (const id of ids) await bundle.recorder.next('callback.scheduled', (event) => event.id === id)

  const { callbackNumber } = sampleCallback('')
  const found = await bundle.producer.find({ callbackNumber })
  expect(found.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())

  const [first = '', second = ''] = ids
  const some = await bundle.producer.cancel([first, second])
  expect(some).toMatchObject([{ outcome: 'cancelled' }, { outcome: 'cancelled' }])
  const all = await bundle.producer.cancel({ callbackNumber })
  expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
})

it('gives the results of all partitions to one who reads them', async () => {
  const bundle = await setup({ destination: { partitions } })
  await startServing(bundle)
  const ids = sampleCallbacks(20).map(({ id }) => id)
  for (const id of ids) await bundle.producer.enqueue(sampleCallback(id))

  const seen = new Set<string>()
  for await (const result of bundle.producer.results({ group: 'g', consumer: 'c' })) {
    await result.acknowledge()
    seen.add(result.id)
    if (seen.size === ids.length) break
  }
  expect([...seen].toSorted()).toEqual(ids.toSorted())
})

it('does not serve a destination that has another number of partitions than it was told, and says so', async () => {
  const bundle = await setup({ destination: { partitions: 2 } })
  const { store } = bundle
  await fixPartitions(store, { partitions, group: bridgeGroup })
  await xadd(store, sampleCallback('one'))

  const worker = bundle.startWorker()

  const { message } = await bundle.recorder.next('destination.refused')
  expect(message).toContain('it has 4')
  const { destinations } = await worker.health()
  expect([...destinations.values()].map(({ bridge }) => bridge)).toEqual(['stopped', 'stopped'])
  expect(await store.redis.xlen(inboxKey(store.ref))).toBe(1)
})

it('gives no partitions to a destination that is served without', async () => {
  const { store, startWorker, producer } = await setup()
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await producer.waitForEnd('one')

  expect(await fixPartitions(store, { partitions, group: bridgeGroup })).toBe(1)
  expect(await store.redis.exists(controlKey(store.ref))).toBe(0)
})

it('shares out the rate and the attempts at once, so that together the partitions have no more', async () => {
  const { config } = await setup({
    destination: { partitions, rate: 10, maxInFlight: 7, concurrency: 9 },
  })
  const shares = inPartitions(config.destinations)
  expect(shares.map(({ rate }) => rate)).toEqual([2.5, 2.5, 2.5, 2.5])
  expect(shares.map(({ maxInFlight }) => maxInFlight)).toEqual([2, 2, 2, 1])
  expect(shares.map(({ concurrency }) => concurrency)).toEqual([3, 2, 2, 2])
})

it('refuses what is submitted while the intake of all partitions, or of its own, is paused', async () => {
  const bundle = await setup({ destination: { partitions } })
  bundle.startWorker()
  const { namespace } = bundle.store.ref
  await bundle.producer.enqueue(sampleCallback('one'))
  const [callback = sampleCallback('')] = callbacksIn(2, partitions, { count: 1, prefix: 'wait' })
  const { redis, ref } = homeOf(bundle, callback.id)
  await redis.hset(controlKey(ref), 'intakePausedAt', Date.now())

  const producer = createProducer({ redisUrl: bundle.redisUrl, namespace })
  await expect(producer.enqueue(callback)).rejects.toMatchObject({ code: 'intake-paused' })
  await producer.close()
})
