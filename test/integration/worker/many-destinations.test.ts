/** One worker, many destinations: what they share, and what none of them takes from the others. */
import { expect, it } from 'vitest'

import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { at } from '../../support/further-destinations.ts'
import { xadd } from '../../support/inbox.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { setup } from '../../support/ringback.ts'

/** A worker that serves so many, alone with its Redis. */
async function serving(count: number) {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const names = Array.from({ length: count }, (_, n) => `d${n}`)
  const worker = bundle.startWorker({}, { serving: names })
  return { bundle, names, worker, storeOf: (name: string) => at(bundle, name).store }
}

it('waits for the callbacks of sixty destinations over few connections, and books in each', async () => {
  const { bundle, names, storeOf } = await serving(60)
  const { recorder, store } = bundle
  const booked = names.map((name) => recorder.next('attempt.settled', ({ id }) => id === name))
  for (const name of names) await xadd(storeOf(name), { ...sampleCallback(name), id: name })
  await Promise.all(booked)
  const [, clients] = /connected_clients:(\d+)/.exec(await store.redis.info('clients')) ?? []
  // A command connection, two for each fifty that wait, and one to read on; the rest are this test's.
  expect(Number(clients)).toBeLessThan(15)
}, 120_000)

it('books in a destination while another one has a thousand to take in', async () => {
  const { bundle, storeOf } = await serving(2)
  const { recorder } = bundle
  const flood = sampleCallbacks(1_000)
  await Promise.all(flood.map((each) => xadd(storeOf('d0'), each)))
  await xadd(storeOf('d1'), { ...sampleCallback('other'), id: 'other' })
  await recorder.next('attempt.settled', ({ id }) => id === 'other')
  expect(await storeOf('d0').redis.xlen(inboxKey(storeOf('d0').ref))).toBeGreaterThan(0)
})

it('takes in what comes to others while the inbox of one is something else', async () => {
  const { bundle, storeOf } = await serving(3)
  const { recorder } = bundle
  const { redis, ref } = storeOf('d0')
  await recorder.next('worker.started')
  await expect.poll(() => redis.exists(inboxKey(ref))).toBe(1)
  await redis.del(inboxKey(ref))
  await redis.set(inboxKey(ref), 'no stream')
  await recorder.next('bridge.failed', ({ destination }) => destination === 'd0')

  await xadd(storeOf('d1'), { ...sampleCallback('one'), id: 'one' })
  await recorder.next('attempt.settled', ({ id }) => id === 'one')
  await redis.del(inboxKey(ref))
  await xadd(storeOf('d0'), { ...sampleCallback('two'), id: 'two' })
  await recorder.next('attempt.settled', ({ id }) => id === 'two')
  expect(recorder.of('bridge.failed').every(({ destination }) => destination === 'd0')).toBe(true)
})
