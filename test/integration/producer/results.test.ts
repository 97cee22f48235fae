import { expect, it } from 'vitest'

import type { Producer, ReceivedResult, ResultsOptions } from '../../../src/producer/index.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { resultsKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'

const first = { group: 'crm', consumer: 'first' }
const second = { group: 'crm', consumer: 'second' }

/** The next `count` results; all but acknowledged ones come again. */
async function take(
  producer: Producer,
  options: ResultsOptions,
  { count, acknowledged = 0 }: { count: number; acknowledged?: number },
): Promise<ReceivedResult[]> {
  const taken: ReceivedResult[] = []
  for await (const result of producer.results(options)) {
    taken.push(result)
    if (taken.length <= acknowledged) await result.acknowledge()
    if (taken.length === count) break
  }
  return taken
}

it('gives each result to one reader of a group, the oldest first, and all of them to each group', async () => {
  const bundle = await setup()
  const { producer, startWorker } = bundle
  const callbacks = sampleCallbacks(3)
  startWorker()
  for (const callback of callbacks) {
    await producer.enqueue(callback)
    await resultsOfAll(bundle, [callback.id])
  }
  const ids = callbacks.map(({ id }) => id)
  const taken = await take(producer, first, { count: 3, acknowledged: 3 })
  expect(taken.map(({ id }) => id)).toEqual(ids)
  expect(taken[0]).toMatchObject({ state: 'booked', callId: ids[0], attempts: 1 })
  const others = await take(producer, { group: 'audit', consumer: 'first' }, { count: 3 })
  expect(others.map(({ id }) => id)).toEqual(ids)

  const next = take(producer, second, { count: 1 })
  await producer.enqueue(sampleCallback('next'))
  expect((await next).map(({ id }) => id)).toEqual(['next'])
})

it('gives what was not acknowledged again, to the same reader at once, and to another one after a while', async () => {
  const bundle = await setup()
  const { producer, startWorker, store } = bundle
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await resultsOfAll(bundle, ['one'])
  const ids = async (options: ResultsOptions) =>
    (await take(producer, options, { count: 1 })).map(({ id }) => id)
  expect(await ids(first)).toEqual(['one'])
  expect(await ids(first)).toEqual(['one'])
  expect(await ids({ ...second, takeOverMs: 0 })).toEqual(['one'])
  const [result] = await take(producer, second, { count: 1 })
  await result?.acknowledge()
  await result?.acknowledge()
  const [pending] = await store.redis.xpending(resultsKey(store.ref), 'crm')
  expect(pending).toBe(0)
})

it('begins where it is told to', async () => {
  const bundle = await setup()
  const { producer, startWorker } = bundle
  startWorker()
  await producer.enqueue(sampleCallback('before'))
  await resultsOfAll(bundle, ['before'])
  const results = producer.results({ ...first, from: 'now' })
  const next = results.next()
  await expect
    .poll(() => bundle.store.redis.xinfo('GROUPS', resultsKey(bundle.store.ref)))
    .toHaveLength(1)
  await producer.enqueue(sampleCallback('after'))
  expect((await next).value).toMatchObject({ id: 'after' })
  await results.return(undefined)
})

it('ends when its signal is aborted, and when its producer is closed', async () => {
  const { producer, store } = await setup()
  const stop = new AbortController()
  const waiting = producer.results({ ...first, signal: stop.signal })
  const next = waiting.next()
  stop.abort()
  expect(await next).toMatchObject({ done: true })
  const aborted = producer.results({ ...first, signal: stop.signal })
  expect(await aborted.next()).toMatchObject({ done: true })

  const closing = producer.results({ ...first, from: 'now' })
  const last = closing.next()
  await expect.poll(() => connectedReaders(store)).toBe(1)
  await producer.close()
  expect(await last).toMatchObject({ done: true })
  await expect(producer.results(first).next()).resolves.toMatchObject({ done: true })
})

/** How many wait in a blocked read of the group. */
async function connectedReaders({ redis, ref }: DestinationStore): Promise<number> {
  const consumers = await redis.xinfo('CONSUMERS', resultsKey(ref), 'crm').catch(() => [])
  return Array.isArray(consumers) ? consumers.length : 0
}
