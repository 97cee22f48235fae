import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { readBounded } from '../../../../src/shared/redis/bounded-reply.ts'
import { connectPatiently } from '../../../../src/shared/redis/connection.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

const mostBytes = 100_000

async function connections(bytes: number) {
  const admin = new Redis(redisUrl())
  const redis = connectPatiently(redisUrl(), () => undefined)
  onTestFinished(() => {
    admin.disconnect()
    redis.disconnect()
  })
  const key = freshNamespace()
  await admin.rpush(key, ...Array.from({ length: 100 }, () => 'x'.repeat(bytes / 100)))
  await admin.expire(key, 60)
  const ask = () => redis.lrange(key, 0, -1)
  return { admin, redis, key, ask }
}

const never = new AbortController().signal

it('gives a reply that is short enough as it is', async () => {
  const { redis, ask } = await connections(90_000)
  const read = await readBounded(redis, { mostBytes, signal: never }, ask)
  expect(read).toMatchObject({ kind: 'whole', reply: { length: 100 } })
})

it('reads no more of a longer one, every time, and the connection is of use again at once', async () => {
  const { redis, ask } = await connections(20_000_000)
  for (let n = 0; n < 5; n += 1) {
    expect(await readBounded(redis, { mostBytes, signal: never }, ask)).toEqual({ kind: 'cut' })
    expect(await redis.ping()).toBe('PONG')
  }
  // A chunk more, and what the beginning of each connection is answered.
  expect(redis.stream.bytesRead).toBeLessThan(mostBytes)
})

it('never asks again by itself for what was cut off', async () => {
  const { redis, admin, key } = await connections(20_000_000)
  const take = () => redis.lpop(key, 60)
  expect(await readBounded(redis, { mostBytes, signal: never }, take)).toEqual({ kind: 'cut' })
  await redis.ping()
  expect(await admin.llen(key)).toBe(40)
})

it('opens no connection again whose work is over', async () => {
  const { redis, ask } = await connections(20_000_000)
  await redis.ping()
  const ended = new Promise((resolve) => redis.once('end', resolve))
  const signal = AbortSignal.abort()
  expect(await readBounded(redis, { mostBytes, signal }, ask)).toEqual({ kind: 'cut' })
  await ended
  expect(redis.status).toBe('end')
})

it('reports a failure that has another reason as what it is', async () => {
  const { redis, key } = await connections(1_000)
  const wrong = () => redis.hgetall(key)
  await expect(readBounded(redis, { mostBytes, signal: never }, wrong)).rejects.toThrow('WRONGTYPE')
})
