import { once } from 'node:events'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { createProducer, type ProducerOptions } from '../../../src/producer/index.ts'
import { createDurable } from '../../../src/producer/durable.ts'
import { connectFailingFast } from '../../../src/shared/redis/connection.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey } from '../../../src/shared/redis/keys.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { keeping, startRedisProcess, type RedisProcess } from '../../support/redis-process.ts'
import { freshNamespace } from '../../support/redis.ts'

let primary: RedisProcess
let replica: RedisProcess
let url: string
beforeEach(async () => {
  primary = await startRedisProcess({ lines: keeping })
  replica = await startRedisProcess({
    lines: [...keeping, `replicaof 127.0.0.1 ${primary.port}`],
  })
  await caughtUp()
  url = `redis://127.0.0.1:${primary.port}`
})

const ref = { namespace: freshNamespace(), destination: 'default' }

function produce(options: ProducerOptions) {
  const producer = createProducer({ redisUrl: url, namespace: ref.namespace, ...options })
  onTestFinished(() => producer.close())
  return producer
}

/** The replica has everything, and the primary knows that. */
async function caughtUp(): Promise<void> {
  do await primary.admin.set('anything', 'at all')
  while ((await primary.admin.wait(1, 100)) < 1)
}

/** It is told nothing more, and goes on knowing what it knows. */
async function cutOff(): Promise<void> {
  await replica.admin.replicaof('127.0.0.1', 1)
}

describe('what waits for a replica', () => {
  it('is accepted when that has it', async () => {
    const producer = produce({ waitReplicas: 1, waitTimeout: '1s' })
    const callbacks = sampleCallbacks(200)
    await Promise.all(callbacks.map((each) => producer.enqueue(each)))
    for (const { id } of callbacks) {
      expect(await replica.admin.exists(callbackKey(ref, id)), id).toBe(1)
    }
  })

  it('asks once for many that were accepted in the same moment', async () => {
    const producer = produce({ waitReplicas: 1, waitTimeout: '1s' })
    await producer.enqueue(sampleCallback('first'))
    await Promise.all(sampleCallbacks(500).map((each) => producer.enqueue(each)))
    const stats = await primary.admin.info('commandstats')
    expect(Number(/cmdstat_wait:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(100)
  })

  it('is not said to be accepted while that has not got it, nor when it is sent again, by whomever', async () => {
    await cutOff()
    const refusal = {
      code: 'not-replicated',
      message: expect.stringContaining('0 of 1 replicas had it within 50ms') as unknown,
    }
    const [producer, other] = [1, 2].map(() => produce({ waitReplicas: 1, waitTimeout: '50ms' }))
    await expect(producer?.enqueue(sampleCallback('one'))).rejects.toMatchObject(refusal)
    await expect(producer?.enqueue(sampleCallback('one'))).rejects.toMatchObject(refusal)
    await expect(other?.enqueue(sampleCallback('one'))).rejects.toMatchObject(refusal)

    await replica.admin.replicaof('127.0.0.1', primary.port)
    await caughtUp()
    expect(await other?.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'duplicate' })
  })

  it('holds up no question', async () => {
    await cutOff()
    const producer = produce({ waitReplicas: 1, waitTimeout: '1s' })
    let isOver = false
    const submitting = producer.enqueue(sampleCallback('one')).catch(() => (isOver = true))
    await expect.poll(() => producer.status('one'), { interval: 1 }).toBeDefined()
    expect(isOver).toBe(false)
    await submitting
  })

  it('is not said to be accepted when the connection was another one afterwards', async () => {
    const redis = await connectFailingFast(url)
    onTestFinished(() => redis.disconnect())
    const replicated = createDurable({ replicas: 1, onDisk: false, timeoutMs: 500 })
    const store = openStore(redis, ref)
    const writing = replicated(store, async () => {
      redis.disconnect(true)
      await once(redis, 'ready')
      return { kind: 'duplicate', state: 'accepted' }
    })
    await expect(writing).rejects.toMatchObject({
      code: 'not-replicated',
      message: expect.stringContaining('the connection was lost meanwhile') as unknown,
    })
  })

  it('is asked of by a whole number that is not too large', () => {
    expect(() => produce({ waitReplicas: 17 })).toThrow(/waitReplicas/)
    expect(() => produce({ waitTimeout: '2s' })).toThrow(/waitTimeout/)
  })
})

it('a replica that takes over has lost exactly what was accepted after the last that it was given', async () => {
  const [before, after] = [sampleCallbacks(5, 'before'), sampleCallbacks(5, 'after')]
  const [trusting, waiting] = [produce({}), produce({ waitReplicas: 1, waitTimeout: '1s' })]
  for (const each of before) await trusting.enqueue(each)
  await waiting.enqueue(sampleCallback('waited'))
  await cutOff()
  for (const each of after) {
    expect(await trusting.enqueue(each)).toMatchObject({ kind: 'accepted' })
  }
  await expect(waiting.enqueue(sampleCallback('refused'))).rejects.toThrow('not known to be on')

  await primary.kill()
  await replica.admin.replicaof('NO', 'ONE')
  url = `redis://127.0.0.1:${replica.port}`
  const successor = produce({})
  for (const { id } of [...before, { id: 'waited' }]) {
    expect(await successor.status(id), id).toMatchObject({ state: 'accepted' })
  }
  for (const { id } of [...after, { id: 'refused' }]) {
    expect(await successor.status(id), id).toBeUndefined()
  }
})
