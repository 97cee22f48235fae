import { expect, it, vi } from 'vitest'

import { callbackKey, scheduleKey } from '../../../src/shared/redis/keys.ts'
import type { Reconciliation, Walker } from '../../../src/worker/maintenance/walker.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { bookedCallback } from '../../support/ledger.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { reconcilerOfTomorrow } from '../../support/reconciler.ts'
import { setup } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'

it('reads twenty pages per batch and goes on where it stopped, until it has seen everything', async () => {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url })
  const { store } = bundle
  const { redis, ref } = store
  const callbacks = 3_000
  const writes = redis.pipeline()
  for (let n = 1; n <= callbacks; n += 1) {
    writes.hset(callbackKey(ref, `booked-${n}`), bookedCallback)
  }
  await writes.exec()
  await scheduled({ store, intent: JSON.stringify(sampleCallback('one')), queued: false })

  const scan = vi.spyOn(redis, 'scan')
  const batches = await turnsOfRound(reconcilerOfTomorrow(bundle))
  expect(batches.length).toBeGreaterThanOrEqual(2)
  expect(scan.mock.calls.length).toBeLessThanOrEqual(20 * batches.length)
  for (const [, ...options] of scan.mock.calls) expect(options.slice(2)).toEqual(['COUNT', 100])
  expect(sumOf(batches, 'scanned')).toBeGreaterThanOrEqual(callbacks + 1)
  expect(sumOf(batches, 'recovered')).toBe(1)
})

it('asks the queue about a page more than a hundred callbacks per batch at most', async () => {
  const bundle = await setup()
  const { producer, recorder, startWorker } = bundle
  const all = sampleCallbacks(300).map((each) => ({ ...each, delay: 3_600_000 }))
  const worker = startWorker()
  for await (const answer of producer.enqueueMany(all)) expect(answer.kind).toBe('accepted')
  await recorder.next(
    'callback.scheduled',
    () => recorder.of('callback.scheduled').length === all.length,
  )
  expect(await worker.stop()).toBe(true)
  await bundle.store.redis.del(scheduleKey(bundle.store.ref))

  const batches = await turnsOfRound(reconcilerOfTomorrow(bundle))
  expect(batches.length).toBeGreaterThanOrEqual(2)
  expect(Math.max(...batches.map(({ scanned }) => scanned))).toBeLessThan(all.length)
  expect(sumOf(batches, 'scanned')).toBeGreaterThanOrEqual(all.length)
  // To it, each is overdue, and nothing knows of it.
  expect(sumOf(batches, 'recovered')).toBe(all.length)
})

it('stops between two pages when it is told to', async () => {
  const bundle = await setup()
  await bundle.producer.enqueue(sampleCallback('one'))
  const reconciler = reconcilerOfTomorrow(bundle)
  const batch = await reconciler.runOnce(AbortSignal.abort())
  expect(batch).toMatchObject({ scanned: 0, passEnded: false })
})

it('goes on with the page that a trouble of Redis has interrupted', async () => {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url })
  const { store, recorder } = bundle
  const reconciler = reconcilerOfTomorrow(bundle)
  await scheduled({ store, intent: JSON.stringify(sampleCallback('one')), queued: false })
  await store.redis.config('SET', 'maxmemory', '1')
  await expect(reconciler.runOnce()).rejects.toThrow('OOM')
  expect(recorder.all).toEqual([])
  await store.redis.config('SET', 'maxmemory', '0')
  expect(await reconciler.runOnce()).toMatchObject({ recovered: 1, passEnded: true })
})

async function turnsOfRound(reconciler: Walker): Promise<Reconciliation[]> {
  const batch = await reconciler.runOnce()
  return batch.passEnded ? [batch] : [batch, ...(await turnsOfRound(reconciler))]
}

function sumOf(batches: readonly Reconciliation[], field: 'scanned' | 'recovered'): number {
  return batches.reduce((sum, batch) => sum + batch[field], 0)
}
