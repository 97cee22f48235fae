/** The breaker of a destination in partitions: what one finds out holds for all. */
import { expect, it } from 'vitest'

import { partitionName } from '../../../src/shared/contract/partition.ts'
import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { controlKey } from '../../../src/shared/redis/keys.ts'
import { inspectControl, type Control } from '../../../src/shared/store/control/inspect-control.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { followBreaker } from '../../../src/shared/store/partitions/follow-breaker.ts'
import { inspectBreaker } from '../../../src/shared/store/partitions/inspect-breaker.ts'
import { sampleCallbacks } from '../../support/callbacks.ts'
import { at } from '../../support/further-destinations.ts'
import { noBreaker } from '../../support/no-breaker.ts'
import { callbacksIn } from '../../support/partitions.ts'
import { setup, type Bundle } from '../../support/ringback.ts'

const partitions = 3
const patience = { timeout: 15_000 }

/** Of which one failure opens the breaker, for so long. */
function withBreaker(leastMs: number): Promise<Bundle> {
  const probe = { leastMs, mostMs: leastMs }
  const breaker = { ...noBreaker, isOn: true, probe, rampMs: 60_000 }
  return setup({ destination: { partitions, breaker } })
}

function storesOf(bundle: Bundle): DestinationStore[] {
  const { destination } = bundle.store.ref
  return Array.from({ length: partitions }, (_, place) =>
    place === 0 ? bundle.store : at(bundle, partitionName(destination, place)).store,
  )
}

async function states(bundle: Bundle): Promise<(string | undefined)[]> {
  const all = storesOf(bundle).map((store) => inspectControl(store, { rate: undefined }))
  return (await Promise.all(all)).map(({ breaker }: Control) => breaker?.state)
}

it('stops all partitions when one finds an outage, probes in that one only, and goes on with all', async () => {
  const bundle = await withBreaker(2_000)
  bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 2 }])
  bundle.startWorker()
  const [first] = callbacksIn(1, partitions, { count: 1, prefix: 'first' })
  if (first !== undefined) await bundle.producer.enqueue(first)
  await expect.poll(() => states(bundle), patience).toEqual(['open', 'open', 'open'])

  const callbacks = sampleCallbacks(12)
  for (const callback of callbacks) await bundle.producer.enqueue(callback)
  for (const { id } of callbacks) await bundle.producer.waitForEnd(id)

  expect(bundle.sandbox.bookings()).toHaveLength(13)
  const failed = bundle.recorder.all.flatMap((event) =>
    event.event === 'attempt.settled' && event.outcome === 'unavailable' ? [event.destination] : [],
  )
  expect(failed).toEqual(['default/1', 'default/1'])
  expect(await states(bundle)).toEqual(['ramp', 'ramp', 'ramp'])
}, 30_000)

it('has another partition send the probe where the one that found the outage sends none', async () => {
  const bundle = await withBreaker(500)
  bundle.sandbox.setFaults([{ do: 'break', status: 503, times: 1 }])
  const [first] = callbacksIn(0, partitions, { count: 1, prefix: 'first' })
  const others = callbacksIn(1, partitions, { count: 2, prefix: 'other' })
  bundle.startWorker()
  if (first !== undefined) await bundle.producer.enqueue(first)
  await expect.poll(() => states(bundle), patience).toEqual(['open', 'open', 'open'])
  const said = { by: undefined, why: undefined, forMs: undefined }
  await pause(bundle.store, { what: 'dispatch', ...said })

  for (const callback of others) await bundle.producer.enqueue(callback)
  for (const { id } of others) await bundle.producer.waitForEnd(id)

  await expect.poll(() => states(bundle), patience).toEqual(['ramp', 'ramp', 'ramp'])
}, 30_000)

it('goes on by itself in each partition where nobody tells it that the outage is over', async () => {
  const bundle = await withBreaker(500)
  const [, second] = storesOf(bundle)
  if (second === undefined) throw new Error('there is no second partition')
  const { seen } = await inspectBreaker(second, {})
  const told = {
    since: 100,
    tries: 0,
    cause: 'failures',
    code: 'http-503',
    message: 'It was away.',
  }
  await followBreaker(second, { seen, to: 'open', of: 'default', forMs: 600, ...told })
  const callbacks = callbacksIn(1, partitions, { count: 3, prefix: 'held' })

  bundle.startWorker({ siblingsMs: 3_600_000 })
  for (const callback of callbacks) await bundle.producer.enqueue(callback)

  for (const { id } of callbacks) {
    expect(await bundle.producer.waitForEnd(id)).toMatchObject({ state: 'booked' })
  }
})

it('takes over nothing into a partition that has found out otherwise meanwhile', async () => {
  const bundle = await withBreaker(500)
  const { store } = bundle
  const { seen } = await inspectBreaker(store, {})
  await store.redis.hset(controlKey(store.ref), 'breaker', 'ramp', 'rampAt', 1, 'rampMs', 1)
  const told = { since: 100, tries: 0, cause: '', code: '', message: '' }
  expect(await followBreaker(store, { seen, to: 'open', of: 'd', forMs: 1, ...told })).toBe(false)
  expect(await store.redis.hget(controlKey(store.ref), 'breaker')).toBe('ramp')
})

it('slows down all partitions where Salesforce names a limit to one', async () => {
  const bundle = await setup({ destination: { partitions } })
  const stores = storesOf(bundle)
  bundle.sandbox.setFaults([{ do: 'limit', times: 1 }])
  bundle.startWorker()
  const [first] = callbacksIn(2, partitions, { count: 1, prefix: 'limited' })
  if (first !== undefined) await bundle.producer.enqueue(first)

  const slowed = () =>
    Promise.all(
      stores.map(async (store) => (await inspectControl(store, { rate: undefined })).rate.isSlowed),
    )
  await expect.poll(slowed, patience).toEqual([true, true, true])
})
