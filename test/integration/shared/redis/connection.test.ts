import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer, RingbackError } from '../../../../src/producer/index.ts'
import {
  connectFailingFast,
  connectPatiently,
  connectPatientlyToRead,
} from '../../../../src/shared/redis/connection.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { sampleCallback } from '../../../support/callbacks.ts'
import { startPrivateRedis } from '../../../support/private-redis.ts'
import { startPair } from '../../../support/replica.ts'
import { loginAs } from '../../../support/redis.ts'
import { startTcpProxy } from '../../../support/tcp-proxy.ts'
import { setup } from '../../../support/ringback.ts'

function administer(url: string): Redis {
  const redis = new Redis(url)
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

/** A connection as a worker has it, and what it hears. */
function patient(url: string) {
  const errors: string[] = []
  const redis = connectPatiently(url, ({ message }) => errors.push(message))
  onTestFinished(() => redis.disconnect())
  return {
    redis,
    errors,
    heard: (text: string) => expect.poll(() => errors.join('\n')).toContain(text),
  }
}

async function failureOf(call: Promise<unknown>): Promise<RingbackError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(RingbackError)
  return thrown as RingbackError
}

/** Users and addresses that are let in, and then not into the database. */
const noDatabase: [string, (url: string, admin: Redis) => Promise<string>, RegExp][] = [
  [
    'a database beyond the last',
    (url) => Promise.resolve(`${url}/16`),
    /database 16: DB index is out of range/,
  ],
  [
    'a database beyond every server’s',
    (url) => Promise.resolve(`${url}/99999`),
    /database 99999: DB index is out of range/,
  ],
  [
    'a user without SELECT',
    async (url, admin) => {
      await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '&*', '+@all', '-select')
      return `${loginAs(url, 'guest', 'word')}/1`
    },
    /database 1: (?:this user|user guest) has no permissions/i,
  ],
  [
    'a user with neither SELECT nor INFO',
    async (url, admin) => {
      await admin.call(
        'ACL',
        'SETUSER',
        'guest',
        'on',
        '>word',
        '~*',
        '&*',
        '+@all',
        '-select',
        '-info',
      )
      return `${loginAs(url, 'guest', 'word')}/1`
    },
    /database 1: (?:this user|user guest) has no permissions/i,
  ],
]

describe.each(noDatabase)('with %s', (_name, urlOf, words) => {
  it('a producer and a command get an error, and nothing is written', async () => {
    const server = await startPrivateRedis()
    const admin = administer(server.url)
    const url = await urlOf(server.url, admin)
    const producer = createProducer({ redisUrl: url })
    onTestFinished(() => producer.close())

    const calls = [() => producer.enqueue(sampleCallback('one')), () => connectFailingFast(url)]
    for (const call of calls) {
      const { code, message } = await failureOf(call())
      expect(code).toBe('redis-unavailable')
      expect(message).toMatch(words)
      expect(message).toMatch(/^Redis at 127\.0\.0\.1:\d+ refused: it refused to select/)
      expect(message).not.toContain('word@')
    }
    expect(await admin.dbsize()).toBe(0)
  })

  it('a worker’s connection is never ready, nor one that BullMQ makes of it, and nothing is written', async () => {
    const server = await startPrivateRedis()
    const admin = administer(server.url)
    const { redis, errors } = patient(await urlOf(server.url, admin))
    const duplicate = redis.duplicate({ connectionName: 'blocking' })
    const heard: string[] = []
    duplicate.on('error', ({ message }) => heard.push(message))
    onTestFinished(() => duplicate.disconnect())
    let wasReady = false
    for (const each of [redis, duplicate]) each.on('ready', () => (wasReady = true))

    const calls = [redis, duplicate].map((each) => each.set('key', 'value').catch(String))
    for (const result of await Promise.all(calls)) expect(result).toMatch(words)
    await expect.poll(() => Math.min(errors.length, heard.length)).toBeGreaterThan(4)
    expect(wasReady).toBe(false)
    expect(await admin.dbsize()).toBe(0)
    for (const database of ['1', '15']) {
      await admin.select(Number(database))
      expect(await admin.dbsize()).toBe(0)
    }
  })
})

it('a worker writes nothing into database 0 in place of one that is none, and goes on once it is', async () => {
  const server = await startPrivateRedis()
  const admin = administer(server.url)
  await admin.call('ACL', 'SETUSER', 'guest', 'on', '>word', '~*', '&*', '+@all', '-select')
  const bundle = await setup({ redisUrl: `${loginAs(server.url, 'guest', 'word')}/3` })
  const { recorder, sandbox } = bundle
  const running = bundle.startWorker()
  await recorder.next('redis.lost', ({ message }) =>
    message.includes('refused to select database 3'),
  )
  expect((await running.health()).redis).toBe(false)
  expect(await admin.dbsize()).toBe(0)

  await admin.call('ACL', 'SETUSER', 'guest', '+select')
  const producer = createProducer({
    redisUrl: bundle.redisUrl,
    namespace: bundle.store.ref.namespace,
  })
  onTestFinished(() => producer.close())
  await producer.enqueue(sampleCallback('one'))
  await sandbox.booked('one')
  expect(await admin.dbsize()).toBe(0)
})

it('ends when it is told to between two tries, and whoever waits for an answer hears it', async () => {
  const server = await startPrivateRedis()
  const { redis } = patient(server.url)
  await redis.ping()
  await server.kill()
  const waiting = redis.ping()
  await expect.poll(() => redis.status).toBe('reconnecting')
  redis.disconnect()
  await expect(waiting).rejects.toThrow('Connection is closed')
  await expect.poll(() => redis.status).toBe('end')
})

it('selects the database again on every new connection', async () => {
  const server = await startPrivateRedis()
  const admin = administer(`${server.url}/3`)
  const { redis } = patient(`${server.url}/3`)
  await redis.set('before', '1')
  await server.kill()
  await server.restart()
  await redis.set('after', '1')
  expect((await admin.keys('*')).toSorted()).toEqual(['after', 'before'])
})

it('says that a server has too many clients, to a producer and to a worker', async () => {
  const server = await startPrivateRedis()
  const admin = administer(server.url)
  await admin.config('SET', 'maxclients', '1')
  // Without a login, which would be under way when the server hangs up: the network may then drop what the server said.
  const url = loginAs(server.url)
  const { message } = await failureOf(connectFailingFast(url))
  expect(message).toMatch(/refused: ERR max number of clients reached\. Raise its maxclients/)
  await patient(url).heard('max number of clients reached')
})

it('does not take what a handshake was refused for an answer to what waited', async () => {
  const server = await startPrivateRedis()
  await administer(server.url).config('SET', 'requirepass', 'secret-word')
  const { redis } = patient(loginAs(server.url, '', 'wrong'))
  const error: unknown = await redis.get('key').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    name: 'RefusedConnection',
    message: expect.stringContaining('WRONGPASS') as string,
  })
})

describe('where the server is a replica', () => {
  it('a producer’s error says so, not that Redis did not answer; reading goes on', async () => {
    const { replica } = await startPair()
    const producer = createProducer({ redisUrl: replica })
    onTestFinished(() => producer.close())
    const { code, message } = await failureOf(producer.enqueue(sampleCallback('one')))
    expect(code).toBe('redis-unavailable')
    expect(message).toMatch(/refused: READONLY .* Point RINGBACK_REDIS_URL at the primary/)
    expect(message).not.toContain('did not answer')
    await expect.poll(() => producer.status('one').catch(String)).toBeUndefined()
    const reading = connectPatientlyToRead(replica, () => undefined)
    onTestFinished(() => reading.disconnect())
    expect(await reading.get('nothing')).toBeNull()
  })

  it('a worker’s commands wait until it is a primary, and it asks less and less often', async () => {
    const { replica } = await startPair()
    const admin = administer(replica)
    const { redis, errors, heard } = patient(replica)
    const setting = redis.set('key', 'value')
    await heard('it is a replica')
    await expect.poll(() => errors.length).toBeGreaterThan(3)
    const seenAtMs = systemClock.monotonic()
    const seen = errors.length
    await expect.poll(() => errors.length).toBeGreaterThan(seen)
    expect(systemClock.monotonic() - seenAtMs).toBeGreaterThan(200)
    await admin.call('REPLICAOF', 'NO', 'ONE')
    expect(await setting).toBe('OK')
  })

  it('one that was a primary is left by every kind of connection, blocked or not', async () => {
    const pair = await startPair()
    const address = await startTcpProxy(pair.primary)
    const url = `redis://${address.authority}`
    const { redis, errors } = patient(url)
    const reading = connectPatientlyToRead(url, () => undefined)
    const failing = await connectFailingFast(url)
    const worker = new Worker('q', () => Promise.resolve('done'), {
      connection: redis,
      prefix: '{x}',
    })
    worker.on('error', ({ message }) => errors.push(message))
    onTestFinished(async () => {
      await worker.close()
      for (const each of [reading, failing]) each.disconnect()
    })
    await worker.waitUntilReady()
    await redis.set('before', '1')
    const blocked = reading.blpop('list', 0)
    await expect.poll(() => redis.client('LIST')).toMatch(/cmd=blpop/)

    address.leadTo(pair.replica)
    await pair.swapRoles()
    expect(await redis.set('after', '1')).toBe('OK')
    await expect(failing.set('key', 'value')).rejects.toThrow('READONLY')
    await expect.poll(() => failing.set('key', 'value').catch(String)).toBe('OK')
    expect(await redis.lpush('list', 'item')).toBe(1)
    expect(await blocked).toEqual(['list', 'item'])
    const clients = async (serverUrl: string) =>
      (await administer(serverUrl).client('LIST')) as string
    await expect.poll(() => clients(pair.replica)).toMatch(/cmd=bzpopmin/)
    expect(await clients(pair.primary)).not.toMatch(/cmd=(bzpopmin|blpop|set)/)
    expect(errors).toEqual([])
  })
})

it('leaves a server that keeps refusing for lack of replicas, and each caller gets an error', async () => {
  const pair = await startPair()
  const other = await startPrivateRedis()
  const address = await startTcpProxy(pair.primary)
  const { redis } = patient(`redis://${address.authority}`)
  await redis.set('before', '1')
  await administer(pair.primary).config('SET', 'min-replicas-to-write', '2')
  address.leadTo(other.url)
  expect(await redis.set('after', '1').catch(String)).toContain('NOREPLICAS')
  await expect
    .poll(() => redis.set('after', '1').catch(String), { timeout: 15_000, interval: 200 })
    .toBe('OK')
  expect(await administer(other.url).get('after')).toBe('1')
}, 30_000)

it('while a server loads its data a producer’s error says so, and a worker looks elsewhere when that lasts', async () => {
  const [full, loading] = await Promise.all([startPrivateRedis(), startPrivateRedis()])
  const pipeline = administer(full.url).pipeline()
  for (let index = 0; index < 6_000; index += 1) pipeline.set(`key:${index}`, 'value')
  await pipeline.exec()
  const admin = administer(loading.url)
  // Two milliseconds for each key, and clients are heard often meanwhile.
  await admin.config('SET', 'key-load-delay', '2000')
  await admin.config('SET', 'loading-process-events-interval-bytes', '1024')
  const isLoading = async () => (await admin.info('persistence')).includes('loading:1')
  const { hostname, port, password } = new URL(full.url)
  await admin.config('SET', 'masterauth', password)
  await admin.call('REPLICAOF', hostname, port)
  await expect.poll(isLoading, { timeout: 10_000 }).toBe(true)

  const address = await startTcpProxy(loading.url)
  const { redis, errors } = patient(`redis://${address.authority}`)
  const reading = redis.get('key:1').catch(String)
  const { code, message } = await failureOf(connectFailingFast(loading.url))
  expect(code).toBe('redis-unavailable')
  expect(message).toMatch(/refused: it is loading its data \(LOADING\)\. Wait until/)
  address.leadTo(full.url)
  expect(await reading).toContain('LOADING')
  expect(await redis.get('key:1')).toBe('value')
  expect(await isLoading()).toBe(true)
  expect(errors).toEqual([expect.stringContaining('LOADING')])
}, 40_000)

it('sends what is asked in one turn of the event loop in few writes', async () => {
  const { url } = await startPrivateRedis()
  const { redis } = patient(url)
  await redis.ping()
  const reads = async () =>
    Number(/total_reads_processed:(\d+)/.exec(await redis.info('stats'))?.[1])
  const before = await reads()
  await Promise.all(Array.from({ length: 40 }, () => redis.ping()))
  // Three, and that of the question itself; one each were forty.
  expect((await reads()) - before).toBeLessThanOrEqual(6)
})
