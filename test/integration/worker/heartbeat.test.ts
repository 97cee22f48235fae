import { describe, expect, it } from 'vitest'

import { workersKey } from '../../../src/shared/redis/keys.ts'
import { heartbeat } from '../../support/heartbeat.ts'
import { readLivingWorkers } from '../../../src/shared/store/workers/living-workers.ts'
import { setup } from '../../support/ringback.ts'

const someone = { name: 'someone', version: '1.0.0', startedAt: '2026-02-26T15:00:00.000Z' }

async function livingOf({ store }: Pick<Awaited<ReturnType<typeof setup>>, 'store'>) {
  return (await readLivingWorkers(store)).length
}

describe('a worker', () => {
  it('counts as alive from its start to a clean stop', async () => {
    const bundle = await setup()
    const first = bundle.startWorker()
    const second = bundle.startWorker()
    await expect.poll(() => livingOf(bundle)).toBe(2)

    await first.stop()
    expect(await livingOf(bundle)).toBe(1)
    await second.stop()
    expect(await livingOf(bundle)).toBe(0)
  })

  it('says by what name, version and settings it works, and no secret', async () => {
    const bundle = await setup()
    bundle.config.numberKey = 'the-secret-of-all-workers-of-this-test'
    bundle.startWorker()
    await expect.poll(() => livingOf(bundle)).toBe(1)

    const [worker] = await readLivingWorkers(bundle.store)
    expect(worker?.version).toMatch(/^\d+\.\d+\.\d+/)
    expect(worker?.settings).toMatchObject({
      rate: 'none',
      maxInFlight: 'none',
      concurrency: 10,
      maxAttempts: 5,
      onUncertain: 'retry',
      breakerAttempts: 10,
      retention: '1m',
    })
    expect(worker?.settings['numberKey']).toMatch(/^mark \d+$/)
    const [member = ''] = await bundle.store.redis.zrange(workersKey(bundle.store.ref), '0', '-1')
    expect(member).not.toMatch(/secret|PRIVATE/)
  })

  it('that has been silent for too long is forgotten by the next heartbeat', async () => {
    const bundle = await setup()
    const { redis, ref } = bundle.store
    await redis.zadd(workersKey(ref), 1, 'digest {}')
    bundle.startWorker()
    await expect.poll(() => redis.zcard(workersKey(ref))).toBe(1)
    await expect.poll(() => livingOf(bundle)).toBe(1)
    expect(await redis.pttl(workersKey(ref))).toBeGreaterThan(0)
  })
})

describe('workers of one destination', () => {
  it('are warned of each other by name when their settings differ, once for each change', async () => {
    const bundle = await setup()
    const { recorder, config, store } = bundle
    const [destination] = config.destinations
    bundle.startWorker()
    config.destinations = config.destinations.map((each) => ({ ...each, concurrency: 11 }))
    const other = bundle.startWorker()

    const { disagreements } = await recorder.next('workers.disagree')
    const names = (await readLivingWorkers(store)).map(({ name }) => name)
    expect(disagreements.map(({ setting }) => setting)).toEqual(['concurrency'])
    expect(disagreements[0]?.values.map(({ value }) => value).toSorted()).toEqual([
      destination?.concurrency,
      11,
    ])
    expect(disagreements[0]?.values.flatMap(({ workers }) => workers).toSorted()).toEqual(
      names.toSorted(),
    )
    await recorder.next('workers.disagree', () => recorder.of('workers.disagree').length === 2)

    await other.stop()
    await recorder.next('workers.agree')
    // Each has said it once, however many heartbeats there were.
    expect(recorder.of('workers.disagree')).toHaveLength(2)
    expect(recorder.of('workers.agree')).toHaveLength(1)
  })

  it('are warned of another number key, by a mark that does not tell it', async () => {
    const bundle = await setup()
    const { recorder, config } = bundle
    config.numberKey = 'a'.repeat(32)
    bundle.startWorker()
    config.numberKey = 'b'.repeat(32)
    bundle.startWorker()

    const { disagreements } = await recorder.next('workers.disagree')
    expect(disagreements).toMatchObject([{ setting: 'numberKey' }])
    expect(JSON.stringify(disagreements)).not.toMatch(/a{5}|b{5}/)
  })

  it('are warned of one that is of another version', async () => {
    const bundle = await setup()
    const { recorder, store } = bundle
    await heartbeat(store, { ...someone, version: '0.0.1', settings: { unheardOf: true } })
    bundle.startWorker()
    const { disagreements } = await recorder.next('workers.disagree')
    expect(disagreements[0]).toMatchObject({ setting: 'version' })
    expect(disagreements[0]?.values).toContainEqual({ value: '0.0.1', workers: ['someone'] })
  })

  it('whose description cannot be read are passed over', async () => {
    const { store, startWorker, recorder } = await setup()
    await store.redis.zadd(workersKey(store.ref), Date.now() + 60_000, 'what {is', 60_000, 'this')
    startWorker()
    await expect.poll(() => livingOf({ store })).toBe(1)
    expect(recorder.of('maintenance.failed')).toEqual([])
  })
})
