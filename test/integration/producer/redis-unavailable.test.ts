import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, RingbackError, type Producer } from '../../../src/producer/index.ts'
import { freePort } from '../../../src/local-redis/free-port.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'

/** What is promised is two seconds; a busy machine gets one more. */
const soonMs = 3_000

function producerOf(redisUrl: string): Producer {
  const producer = createProducer({ redisUrl })
  onTestFinished(() => producer.close())
  return producer
}

async function failureOf(call: Promise<unknown>): Promise<RingbackError> {
  const startedAt = systemClock.now()
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(systemClock.now() - startedAt).toBeLessThan(soonMs)
  expect(error).toBeInstanceOf(RingbackError)
  return error as RingbackError
}

it('says within two seconds that there is no Redis, and where it looked', async () => {
  const port = await freePort()
  const producer = producerOf(`redis://user:secret@127.0.0.1:${port}`)
  const calls = [producer.enqueue(sampleCallback('one')), producer.status('one')]
  for (const error of await Promise.all(calls.map(failureOf))) {
    expect(error.code).toBe('redis-unavailable')
    expect(error.message).toContain(`Redis at 127.0.0.1:${port} did not answer`)
    expect(error.message).toContain('ECONNREFUSED')
    expect(error.message).not.toContain('secret')
  }
})

it('says within two seconds that what it reached does not speak', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const { port } = silent.address() as AddressInfo
  const error = await failureOf(
    producerOf(`redis://127.0.0.1:${port}`).enqueue(sampleCallback('one')),
  )
  expect(error.code).toBe('redis-unavailable')
})

it('ends enqueueMany with redis-unavailable instead of refusing one item after the other', async () => {
  const producer = producerOf(`redis://127.0.0.1:${await freePort()}`)
  const error = await failureOf(producer.enqueueMany(sampleCallbacks(200)).next())
  expect(error.code).toBe('redis-unavailable')
})

it('says so while Redis is away, works by itself once it is back, and finds what it was promised', async () => {
  const server = await startPrivateRedis()
  const producer = producerOf(server.url)
  const first = await producer.enqueue(sampleCallback('one'))
  expect(first.kind).toBe('accepted')

  await server.kill()
  const error = await failureOf(producer.enqueue(sampleCallback('two')))
  expect(error.code).toBe('redis-unavailable')
  expect((await failureOf(producer.status('one'))).code).toBe('redis-unavailable')

  await server.restart()
  const again = await untilAnswered(() => producer.enqueue(sampleCallback('two')))
  expect(again.kind).toBe('accepted')
  // Killed with SIGKILL, a Redis with an append-only file has lost nothing it had answered.
  expect(await producer.status('one')).toMatchObject({ state: 'accepted' })
  expect((await producer.enqueue(sampleCallback('one'))).kind).toBe('duplicate')
})

it('can be made before there is a Redis, and works once there is one', async () => {
  const server = await startPrivateRedis()
  await server.kill()
  const producer = producerOf(server.url)
  expect((await failureOf(producer.enqueue(sampleCallback('one')))).code).toBe('redis-unavailable')
  await server.restart()
  expect((await untilAnswered(() => producer.enqueue(sampleCallback('one')))).kind).toBe('accepted')
})

it('keeps every acceptance that it gave through a kill of Redis under load', async () => {
  const server = await startPrivateRedis()
  const producer = producerOf(server.url)
  const accepted: string[] = []
  const failed = (async () => {
    for await (const answer of producer.enqueueMany(sampleCallbacks(100_000))) {
      if (answer.kind === 'accepted') accepted.push(answer.id)
      if (accepted.length === 500) void server.kill()
    }
  })()
  expect((await failureOf(failed)).code).toBe('redis-unavailable')
  expect(accepted.length).toBeGreaterThanOrEqual(500)

  await server.restart()
  await untilAnswered(() => producer.status('any'))
  const records = await Promise.all(accepted.map((id) => producer.status(id)))
  expect(records.filter((record) => record?.state !== 'accepted')).toEqual([])
})

/** The producer connects again by itself; until then each call says at once that there is no Redis. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof RingbackError) || error.code !== 'redis-unavailable') throw error
      await systemClock.sleep(10)
    }
  }
}
