import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { findRedisServer } from '../../../src/local-redis/find-redis-server.ts'
import { createProducer, type ProducerOptions } from '../../../src/producer/index.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { keeping, startRedisProcess, type RedisProcess } from '../../support/redis-process.ts'
import { freshNamespace } from '../../support/redis.ts'

const { name, version } = await findRedisServer({ say: () => undefined })
const canSay = name === 'valkey-server' || Number(version.split('.').slice(0, 2).join('.')) >= 7.2
const lacking = `WAITAOF is not known to ${name} ${version}`

let server: RedisProcess
beforeEach(async () => {
  server = await startRedisProcess({ lines: keeping })
})

function produce(options: ProducerOptions) {
  const redisUrl = `redis://127.0.0.1:${server.port}`
  const producer = createProducer({ redisUrl, namespace: freshNamespace(), ...options })
  onTestFinished(() => producer.close())
  return producer
}

const refusal = (code: string, why: string) => ({
  code,
  message: expect.stringContaining(why) as unknown,
})

describe.skipIf(canSay)(`a server without WAITAOF (${version})`, () => {
  it('is told from one that is away', async () => {
    const producer = produce({ waitFsync: true })
    const submitting = producer.enqueue(sampleCallback('one'))
    await expect(submitting).rejects.toMatchObject(refusal('not-on-disk', 'Redis 7.2 or newer'))
    expect(await producer.status('one')).toMatchObject({ state: 'accepted' })
  })
})

describe.skipIf(!canSay)(`what waits for the disk (${canSay ? version : lacking})`, () => {
  it('is accepted when it is written there, which a server does once a second', async () => {
    await server.admin.config('SET', 'appendfsync', 'everysec')
    const producer = produce({ waitFsync: true })
    const callbacks = sampleCallbacks(200)
    const answers = await Promise.all(callbacks.map((each) => producer.enqueue(each)))
    expect(answers.map(({ kind }) => kind)).toEqual(callbacks.map(() => 'accepted'))
    const stats = await server.admin.info('commandstats')
    expect(Number(/cmdstat_waitaof:calls=(\d+)/.exec(stats)?.[1])).toBeLessThan(50)
  })

  it('is not said to be accepted while it is not, nor when it is sent again', async () => {
    await server.admin.config('SET', 'appendfsync', 'no')
    const producer = produce({ waitFsync: true, waitTimeout: '50ms' })
    const late = refusal('not-on-disk', 'it was not within 50ms')
    await expect(producer.enqueue(sampleCallback('one'))).rejects.toMatchObject(late)
    await expect(producer.enqueue(sampleCallback('one'))).rejects.toMatchObject(late)
    await server.admin.config('SET', 'appendfsync', 'always')
    const another = produce({ waitFsync: true })
    expect(await another.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
  })

  it('is refused by a server that keeps no append-only file, by name', async () => {
    await server.admin.config('SET', 'appendonly', 'no')
    const submitting = produce({ waitFsync: true }).enqueue(sampleCallback('one'))
    const why = 'this server keeps no append-only file'
    await expect(submitting).rejects.toMatchObject(refusal('not-on-disk', why))
  })

  it('is to be on the disks of as many replicas too, and not in their memory alone', async () => {
    const follows = `replicaof 127.0.0.1 ${server.port}`
    const replica = await startRedisProcess({ lines: [...keeping, 'appendfsync no', follows] })
    do await server.admin.set('anything', 'at all')
    while ((await server.admin.wait(1, 100)) < 1)
    const producer = produce({ waitFsync: true, waitReplicas: 1, waitTimeout: '1s' })
    const submitting = producer.enqueue(sampleCallback('one'))
    const late = refusal('not-replicated', '0 of 1 replicas had it on their disks within 1s')
    await expect(submitting).rejects.toMatchObject(late)
    await replica.admin.config('SET', 'appendfsync', 'always')
    await expect
      .poll(() => producer.enqueue(sampleCallback('one')).catch(() => undefined))
      .toMatchObject({ kind: 'duplicate' })
  })
})
