import { Cluster, Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../../src/producer/index.ts'
import { connectPatiently } from '../../../src/shared/redis/connection.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { destinationsKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { startCluster } from '../../support/cluster.ts'
import { startWatchedPair } from '../../support/sentinels.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'

function produce(redis: Redis | Cluster, more: ProducerOptions = {}) {
  onTestFinished(() => redis.disconnect())
  redis.on('error', () => undefined)
  const producer = createProducer({ redis, namespace: freshNamespace(), ...more })
  onTestFinished(() => producer.close())
  return producer
}

describe('a client that the caller has made', () => {
  it.each([
    ['with ioredis’ own defaults', {}],
    ['by RESP2', { protocol: 2 as const }],
    ['with pipelines of its own', { enableAutoPipelining: true }],
    ['with a prefix, which keys of ours do not get', { keyPrefix: 'mine:' }],
  ])('sends what is submitted, %s', async (_, options) => {
    const { store, startWorker, ...bundle } = await setup()
    startWorker()
    const redis = new Redis(redisUrl(), options)
    const producer = produce(redis, { namespace: store.ref.namespace })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'duplicate' })
    expect(await producer.waitForEnd('one')).toMatchObject({ state: 'booked' })
    for await (const result of producer.results({ group: 'g', consumer: 'c' })) {
      expect(result.id).toBe('one')
      await result.acknowledge()
      break
    }
    expect(bundle.sandbox.bookingsOf('one')).toHaveLength(1)
  })

  it('stays the caller’s when the producer is closed', async () => {
    const redis = new Redis(redisUrl())
    const producer = produce(redis)
    await producer.enqueue(sampleCallback('one'))
    await producer.close()
    expect(await redis.ping()).toBe('PONG')
  })

  it('is not waited for longer than a URL would be, and its errors hold no number', async () => {
    const server = await startPrivateRedis()
    const producer = produce(new Redis(server.url, { maxRetriesPerRequest: null }))
    await producer.enqueue(sampleCallback('one'))
    server.freeze()
    const error: unknown = await producer.enqueue(sampleCallback('two')).catch((e: unknown) => e)
    server.thaw()
    expect(error).toMatchObject({ code: 'redis-unavailable' })
    expect(error).toMatchObject({ cause: { message: 'Command timed out' } })
    expect(error).not.toHaveProperty('cause.command')
  })

  it('may be of a cluster', async () => {
    const cluster = await startCluster({ withReplicas: false })
    const nodes = cluster.primaries.map(({ host, port }) => ({ host, port }))
    const bundle = await setup({ redisUrl: cluster.url })
    const { namespace } = bundle.store.ref
    bundle.startWorker()
    const producer = produce(new Cluster(nodes), { namespace })
    const callbacks = sampleCallbacks(20)
    for await (const answer of producer.enqueueMany(callbacks)) {
      expect(answer).toMatchObject({ kind: 'accepted' })
    }
    await resultsOfAll(
      bundle,
      callbacks.map(({ id }) => id),
    )
    const seen = new Set<string>()
    for await (const result of producer.results({ group: 'g', consumer: 'c' })) {
      seen.add(result.id)
      await result.acknowledge()
      if (seen.size === callbacks.length) break
    }
    const whole = connectPatiently(cluster.url, () => undefined)
    onTestFinished(() => whole.disconnect())
    expect(await whole.hexists(destinationsKey(namespace), 'default')).toBe(1)
    expect(openStore(whole, bundle.store.ref).redis).not.toBe(whole)
    const waiting = produce(new Cluster(nodes), { namespace, waitReplicas: 1, waitTimeout: '10ms' })
    await expect(waiting.enqueue(sampleCallback('waits'))).rejects.toMatchObject({
      code: 'not-replicated',
    })
  })

  it('may be one that asks Sentinels', async () => {
    const pair = await startWatchedPair()
    const { namespace } = (await setup({ redisUrl: pair.url })).store.ref
    const sentinels = pair.sentinels.map(({ host, port }) => ({ host, port }))
    const producer = produce(new Redis({ sentinels, name: 'ring' }), {
      namespace,
      waitReplicas: 1,
      waitTimeout: '1s',
    })
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    expect(await producer.status('one')).toMatchObject({ state: 'accepted' })
  })

  it.each<[unknown, string]>([
    [{ redis: {} }, 'redis: must be a client'],
    [{ redis: 'redis://localhost' }, 'redis: must be a client'],
    [
      { redis: new Redis({ lazyConnect: true }), redisUrl: 'redis://localhost' },
      'redis: is given, and redisUrl too',
    ],
    [{ redis: new Redis({ lazyConnect: true, replyMapping: 'resp3' }) }, 'redis: maps its replies'],
  ])('is refused where it is none, or not alone: %#', (options, message) => {
    expect(() => createProducer(options as ProducerOptions)).toThrow(message)
  })
})
