/** What our queue asks of BullMQ's. What the reconciler makes of the answers is tested with it. */
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import { horizonMs } from '../../../src/shared/delivery/horizon.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import {
  jobKey,
  queueEventsKey,
  queueName,
  queuePrefix,
  scheduleKey,
} from '../../../src/shared/redis/keys.ts'
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
  const store = openStore(redis, ref)
  const queue = createCallbackQueue(store)
  onTestFinished(async () => {
    await queue.close()
    redis.disconnect()
  })
  const key = `${queuePrefix(ref)}:${queueName}`
  return { store, queue, key, jobId: jobIdOf(job.id, job.generation) }
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
    ({ store, key, jobId }: ReturnType<typeof setUp>) =>
      store.redis.zrem(`${key}:prioritized`, jobId),
  ],
  [
    'has lost what it carries',
    'broken',
    ({ store, jobId }: ReturnType<typeof setUp>) => store.redis.del(jobKey(store.ref, jobId)),
  ],
  [
    'has failed',
    'broken',
    async ({ store, key, jobId }: ReturnType<typeof setUp>) => {
      await store.redis.zrem(`${key}:prioritized`, jobId)
      await store.redis.zadd(`${key}:failed`, 1, jobId)
    },
  ],
  [
    'is in the hands of a worker',
    'healthy',
    async ({ store, key, jobId }: ReturnType<typeof setUp>) => {
      await store.redis.zrem(`${key}:prioritized`, jobId)
      await store.redis.lpush(`${key}:active`, jobId)
    },
  ],
  [
    'waits as those without a priority do',
    'healthy',
    async ({ store, key, jobId }: ReturnType<typeof setUp>) => {
      await store.redis.zrem(`${key}:prioritized`, jobId)
      await store.redis.lpush(`${key}:wait`, jobId)
    },
  ],
])('says of a job that %s: %s', async (_, health, happen) => {
  const given = setUp()
  await given.queue.add(item)
  await happen(given)
  expect(await given.queue.jobHealth(job)).toBe(health)
})

it('makes a job whole again that lies in no list, with its own time', async () => {
  const { store, queue, key, jobId } = setUp()
  await queue.add(item)
  await store.redis.zrem(`${key}:prioritized`, jobId)
  await queue.reenqueue({ ...item, delayMs: horizonMs })
  expect(await queue.jobHealth(job)).toBe('delayed')
})

it('leaves a job that is put off to the schedule, and takes it off where it is due soon', async () => {
  const { store, queue, jobId } = setUp()
  await queue.add(item)
  await store.redis.zadd(scheduleKey(store.ref), 1, jobId)
  await queue.reenqueue({ ...item, delayMs: horizonMs + 1 })
  expect(await queue.jobHealth(job)).toBe('missing')
  expect(await queue.counts()).toMatchObject({ prioritized: 0, delayed: 1 })
  await queue.reenqueue(item)
  expect(await queue.jobHealth(job)).toBe('healthy')
  expect(await queue.counts()).toMatchObject({ prioritized: 1, delayed: 0 })
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
  const { store, queue, jobId } = setUp()
  const { redis, ref } = store
  await queue.add(item)
  await redis.set(`${jobKey(ref, jobId)}:lock`, 'token')
  expect(await removeJob(store, job)).toBe(false)
  await redis.del(`${jobKey(ref, jobId)}:lock`)
  expect(await removeJob(store, job)).toBe(true)
  expect(await queue.jobHealth(job)).toBe('missing')
})

it('stores the id of a job as its key and nowhere else, for every callback that waits pays for it', async () => {
  const { store, queue, jobId } = setUp()
  await queue.add({ ...item, delayMs: 60_000 })
  const fields = await store.redis.hgetall(jobKey(store.ref, jobId))
  expect(JSON.stringify(fields)).not.toContain(jobId)
})

it('keeps what BullMQ says of jobs within bounds', async () => {
  const { store, queue, key } = setUp()
  const { redis, ref } = store
  // BullMQ writes down what was asked of it as soon as it is connected.
  await expect.poll(() => redis.hget(`${key}:meta`, 'opts.maxLenEvents')).toBe('1000')
  const many = Array.from({ length: 800 }, (_, n) => queue.add({ ...item, id: `cb-${n}` }))
  await Promise.all(many)
  // Two a job; Redis trims whole nodes of a hundred.
  const kept = await redis.xlen(queueEventsKey(ref))
  expect(kept).toBeLessThan(1_200)
  expect(kept).toBeGreaterThanOrEqual(1_000)
})
