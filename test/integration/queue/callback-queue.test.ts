/** What our queue asks of BullMQ's. What the reconciler makes of the answers is tested with it. */
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { jobKey, queueEventsKey, queueName, queuePrefix } from '../../../src/shared/redis/keys.ts'
import {
  createCallbackQueue,
  removeJob,
  type QueueItem,
} from '../../../src/queue/callback-queue.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'

const job = { id: 'one', generation: 2 }
const item: QueueItem = { ...job, priority: undefined, requestedAtMs: 0, delayMs: 0 }

function setUp() {
  const redis = new Redis(redisUrl(), { protocol: 2, maxRetriesPerRequest: null })
  const ref = { namespace: freshNamespace(), destination: 'default' }
  const queue = createCallbackQueue(redis, ref)
  onTestFinished(async () => {
    await queue.close()
    redis.disconnect()
  })
  const key = `${queuePrefix(ref)}:${queueName}`
  return { redis, ref, queue, key, jobId: jobIdOf(job.id, job.generation) }
}

it('knows a job by its callback and its generation, and leaves one that is there as it is', async () => {
  const { queue } = setUp()
  expect(await queue.jobHealth(job)).toBe('missing')
  await queue.add({ ...item, delayMs: 60_000 })
  await queue.add(item)
  expect(await queue.jobHealth(job)).toBe('delayed')
  expect(await queue.jobHealth({ ...job, generation: 1 })).toBe('missing')
  expect(await queue.counts()).toEqual({
    wait: 0,
    prioritized: 0,
    delayed: 1,
    active: 0,
    failed: 0,
  })
})

it.each([
  ['waits for a worker', 'healthy', () => Promise.resolve()],
  [
    'is in no list',
    'broken',
    ({ redis, key, jobId }: ReturnType<typeof setUp>) => redis.zrem(`${key}:prioritized`, jobId),
  ],
  [
    'has lost what it carries',
    'broken',
    ({ redis, ref, jobId }: ReturnType<typeof setUp>) => redis.del(jobKey(ref, jobId)),
  ],
  [
    'has failed',
    'broken',
    async ({ redis, key, jobId }: ReturnType<typeof setUp>) => {
      await redis.zrem(`${key}:prioritized`, jobId)
      await redis.zadd(`${key}:failed`, 1, jobId)
    },
  ],
  [
    'is in the hands of a worker',
    'healthy',
    async ({ redis, key, jobId }: ReturnType<typeof setUp>) => {
      await redis.zrem(`${key}:prioritized`, jobId)
      await redis.lpush(`${key}:active`, jobId)
    },
  ],
  [
    'waits as those without a priority do',
    'healthy',
    async ({ redis, key, jobId }: ReturnType<typeof setUp>) => {
      await redis.zrem(`${key}:prioritized`, jobId)
      await redis.lpush(`${key}:wait`, jobId)
    },
  ],
])('says of a job that %s: %s', async (_, health, happen) => {
  const given = setUp()
  await given.queue.add(item)
  await happen(given)
  expect(await given.queue.jobHealth(job)).toBe(health)
})

it('makes a job whole again that lies in no list, with its own time', async () => {
  const { redis, queue, key, jobId } = setUp()
  await queue.add(item)
  await redis.zrem(`${key}:prioritized`, jobId)
  await queue.reenqueue({ ...item, delayMs: 60_000 })
  expect(await queue.jobHealth(job)).toBe('delayed')
})

it('promotes a job that waits for its time, and is content where none does', async () => {
  const { queue } = setUp()
  await queue.add({ ...item, delayMs: 60_000 })
  await queue.promote(job)
  expect(await queue.jobHealth(job)).toBe('healthy')
  await queue.promote(job)
  await queue.promote({ ...job, generation: 9 })
  expect(await queue.counts()).toMatchObject({ prioritized: 1, delayed: 0 })
})

it('takes a job away, but none that a worker holds', async () => {
  const { redis, ref, queue, jobId } = setUp()
  await queue.add(item)
  await redis.set(`${jobKey(ref, jobId)}:lock`, 'token')
  expect(await removeJob(redis, ref, job)).toBe(false)
  await redis.del(`${jobKey(ref, jobId)}:lock`)
  expect(await removeJob(redis, ref, job)).toBe(true)
  expect(await queue.jobHealth(job)).toBe('missing')
})

it('keeps what BullMQ says of jobs within bounds', async () => {
  const { redis, ref, queue, key } = setUp()
  // BullMQ writes down what was asked of it as soon as it is connected.
  await expect.poll(() => redis.hget(`${key}:meta`, 'opts.maxLenEvents')).toBe('1000')
  const many = Array.from({ length: 800 }, (_, n) => queue.add({ ...item, id: `cb-${n}` }))
  await Promise.all(many)
  // Two a job; Redis trims whole nodes of a hundred.
  const kept = await redis.xlen(queueEventsKey(ref))
  expect(kept).toBeLessThan(1_200)
  expect(kept).toBeGreaterThanOrEqual(1_000)
})
