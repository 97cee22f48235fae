import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { createProducer } from '../../../../../src/producer/index.ts'
import {
  findDestinations,
  readRegistry,
  registerSeen,
  registerServed,
} from '../../../../../src/shared/store/destinations/registry.ts'
import { deleteNamespace } from '../../../../../src/shared/store/keys/delete-namespace.ts'
import { openStore } from '../../../../../src/shared/redis/destination-store.ts'
import { callbackKey, destinationsKey, walkerKey } from '../../../../../src/shared/redis/keys.ts'
import { sampleCallback } from '../../../../support/callbacks.ts'
import { xadd } from '../../../../support/inbox.ts'
import { startPrivateRedis } from '../../../../support/private-redis.ts'
import { freshNamespace, redisUrl } from '../../../../support/redis.ts'
import { setup } from '../../../../support/ringback.ts'

function connect(url = redisUrl()) {
  const redis = new Redis(url, { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  return { redis, namespace: freshNamespace() }
}

describe('the registry', () => {
  it('keeps what workers say of their destinations, whoever meets them afterwards', async () => {
    const { redis, namespace } = connect()
    await registerSeen(openStore(redis, { namespace, destination: 'met' }))
    await registerSeen(openStore(redis, { namespace, destination: 'served' }))
    const overdueMs = 42_000
    await registerServed(redis, namespace, new Map([['served', { overdueMs }]]))
    await registerSeen(openStore(redis, { namespace, destination: 'served' }))
    expect([...(await readRegistry(redis, namespace))].toSorted()).toEqual([
      ['met', undefined],
      ['served', { overdueMs }],
    ])
    await registerServed(redis, namespace, new Map([['served', { overdueMs: 7_000 }]]))
    expect((await readRegistry(redis, namespace)).get('served')).toEqual({ overdueMs: 7_000 })
  })

  it.each(['', 'no JSON', '{"v":2,"overdueMs":1}', '{"v":1}', '{"v":1,"overdueMs":"1"}', '[]'])(
    'knows of a destination, and no times, where it says %j',
    async (value) => {
      const { redis, namespace } = connect()
      await redis.hset(destinationsKey(namespace), 'odd', value)
      expect([...(await readRegistry(redis, namespace))]).toEqual([['odd', undefined]])
    },
  )

  it('is filled by a worker that starts, and filled again when somebody has deleted it', async () => {
    const { store, startWorker } = await setup()
    const { redis, ref } = store
    const key = destinationsKey(ref.namespace)
    startWorker({}, { serving: ['default', 'billing'] })
    // Four locks and one attempt.
    const times = JSON.stringify({ v: 1, overdueMs: 4 * 1_200 + 2_000 })
    await expect.poll(() => redis.hgetall(key)).toEqual({ default: times, billing: times })
    await redis.del(key)
    await expect.poll(() => redis.hgetall(key)).toEqual({ default: times, billing: times })
  })

  it('is registered by a producer once, whatever it sends', async () => {
    const { store, redisUrl: url } = await setup()
    const { redis, ref } = store
    const producer = createProducer({ redisUrl: url, namespace: ref.namespace, destination: 'x' })
    onTestFinished(() => producer.close())
    await producer.enqueue(sampleCallback('one'))
    await producer.enqueue(sampleCallback('two'))
    expect([...(await readRegistry(redis, ref.namespace))]).toEqual([['x', undefined]])
    await redis.del(destinationsKey(ref.namespace))
    await producer.enqueue(sampleCallback('three'))
    expect(await redis.exists(destinationsKey(ref.namespace))).toBe(0)
  })

  it('refuses and delays no promise: a producer that may not write it, or meets another type there, is answered', async () => {
    const { url } = await startPrivateRedis()
    const { redis, namespace } = connect(url)
    const keys = ['inbox', 'callback:*', 'dead-letters'].map((each) => `~{${namespace}:*}:${each}`)
    const rights = ['+info', '+eval', '+evalsha', '+xadd', '+hmget', '+hset', '+del', '+zrem']
    await redis.acl('SETUSER', 'app', 'on', '>secret', ...rights, ...keys)
    const { port } = new URL(url)
    const redisUrl = `redis://app:secret@127.0.0.1:${port}`
    const producer = createProducer({ redisUrl, namespace })
    onTestFinished(() => producer.close())
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    expect(await producer.enqueue(sampleCallback('two'))).toMatchObject({ kind: 'accepted' })
    // Asked for once: it will not be allowed the next time either.
    expect(await redis.info('commandstats')).toMatch(/cmdstat_hsetnx:calls=0,.*rejected_calls=1,/)
    expect(await redis.exists(destinationsKey(namespace))).toBe(0)

    await redis.set(destinationsKey(namespace), 'another type')
    const other = createProducer({ redisUrl: url, namespace })
    onTestFinished(() => other.close())
    expect(await other.enqueue(sampleCallback('three'))).toMatchObject({ kind: 'accepted' })
  })

  it('goes with its namespace', async () => {
    const { url } = await startPrivateRedis()
    const { redis, namespace } = connect(url)
    await registerSeen(openStore(redis, { namespace, destination: 'x' }))
    await redis.set(walkerKey(namespace), 'somebody')
    await xadd(openStore(redis, { namespace, destination: 'x' }), sampleCallback('one'))
    await deleteNamespace(url, namespace)
    expect(await redis.keys('*')).toEqual([])
  })
})

describe('the destinations of a namespace', () => {
  it('are those of the registry and, where little waits, those that have a key, by name', async () => {
    const { redis, namespace } = connect((await startPrivateRedis()).url)
    await registerSeen(openStore(redis, { namespace, destination: 'registered' }))
    await xadd(openStore(redis, { namespace, destination: 'a-stray' }), sampleCallback('one'))
    await xadd(
      openStore(redis, { namespace: `${namespace}x`, destination: 'other' }),
      sampleCallback('one'),
    )
    const scan = vi.spyOn(redis, 'scan')
    expect(await findDestinations(redis, namespace)).toEqual(['a-stray', 'registered'])
    expect(scan).toHaveBeenCalledTimes(1)
    expect(await findDestinations(redis, namespace.replace('t', '?'))).toEqual([])
  })

  it('cost the same with many keys as with few: ten looks at a thousand', async () => {
    const { redis, namespace } = connect((await startPrivateRedis()).url)
    await registerSeen(openStore(redis, { namespace, destination: 'registered' }))
    const ref = { namespace, destination: 'big' }
    const writes = redis.pipeline()
    for (let n = 0; n < 15_000; n += 1) writes.set(callbackKey(ref, `id-${n}`), '')
    await writes.exec()
    const scan = vi.spyOn(redis, 'scan')
    expect(await findDestinations(redis, namespace)).toEqual(['big', 'registered'])
    expect(scan).toHaveBeenCalledTimes(10)
    expect(new Set(scan.mock.calls.map(([cursor]) => cursor)).size).toBe(10)
    for (const [, ...options] of scan.mock.calls) expect(options.slice(2)).toEqual(['COUNT', 1_000])
  })
})
