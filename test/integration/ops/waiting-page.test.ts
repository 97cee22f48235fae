import { expect, it } from 'vitest'

import { jobIdOf } from '../../../src/shared/contract/ids.ts'
import {
  activeJobsKey,
  callbackKey,
  delayedJobsKey,
  dueJobsKey,
  scheduleKey,
  waitingJobsKey,
} from '../../../src/shared/redis/keys.ts'
import { waitingList } from '../../../src/ops/operations/waiting/waiting-page.ts'
import type { QueueList } from '../../../src/shared/store/lookup/queued-jobs.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { freshEnvironment } from './support/environment.ts'

/** As BullMQ keeps them: lists from their end on, sorted sets by score and then by name. */
async function queued() {
  const { store } = freshEnvironment()
  const { redis, ref } = store
  const job = (id: string) => jobIdOf(id, 1)
  const lists = {
    'under-way': ['a1', 'a2', 'a3', 'a4', 'a5'],
    due: ['w1', 'w2', 'w3', 'd1', 'd2', 'd3', 'd4'],
    waiting: ['l1', 'l2', 'l3', 'l4', 'l5', 'l6', 'l7'],
  }
  await redis.rpush(activeJobsKey(ref), ...lists['under-way'].map(job))
  await redis.rpush(waitingJobsKey(ref), ...['w3', 'w2', 'w1'].map(job))
  // A priority of BullMQ's, and two of one score.
  const scores = [
    ['d1', 4_294_967_296],
    ['d2', 9e15],
    ['d3', 9e15],
    ['d4', 9e15 + 2],
  ] as const
  for (const [id, score] of scores) await redis.zadd(dueJobsKey(ref), score, job(id))
  // Those that have a job, by BullMQ's measure, between those that are put off and have none.
  const dueMs = 1_764_000_000_000
  await redis.zadd(scheduleKey(ref), dueMs, job('l2'), dueMs, job('l3'), dueMs + 1, job('l6'))
  await redis.zadd(delayedJobsKey(ref), dueMs * 4_096, job('l1'), dueMs * 4_096 + 1, job('l4'))
  await redis.zadd(delayedJobsKey(ref), dueMs * 4_096 + 1, job('l5'), 7.9e15, job('l7'))
  for (const id of Object.values(lists).flat()) {
    await redis.hset(callbackKey(ref, id), { state: 'scheduled', acceptedAt: '', updatedAt: '' })
  }
  return { store, lists, job }
}

type Queued = Awaited<ReturnType<typeof queued>>

async function* pagesOf({ store }: Queued, list: QueueList, count: number) {
  let after: string | undefined
  do {
    const { callbacks, next } = await waitingList([store], { list, after, count })
    yield callbacks.map(({ id }) => id)
    after = next
  } while (after !== undefined)
}

it.each([1, 2, 3, 4, 7, 50])(
  'every callback of a list is on one page, in the order in which they go, with %i on a page',
  async (count) => {
    const all = await queued()
    for (const list of ['under-way', 'due', 'waiting'] as const) {
      const seen: string[][] = []
      for await (const page of pagesOf(all, list, count)) seen.push(page)
      expect(seen.flat()).toEqual(all.lists[list])
      expect(seen.slice(0, -1).every((page) => page.length === count)).toBe(true)
    }
  },
)

it('what leaves the queue while somebody looks takes nobody else from the next page', async () => {
  const all = await queued()
  const { redis, ref } = all.store
  const seen: string[][] = []
  for await (const page of pagesOf(all, 'waiting', 2)) {
    seen.push(page)
    await redis.zrem(delayedJobsKey(ref), ...page.map(all.job))
    await redis.zrem(scheduleKey(ref), ...page.map(all.job))
  }
  expect(seen.flat()).toEqual(all.lists.waiting)
})

it.each(['-1', 'x', 'nan:cb-1-a', '1e999:', ':', '9'.repeat(400)])(
  'what is no place begins with the first: %s',
  async (after) => {
    const { store, lists } = await queued()
    for (const list of ['under-way', 'due', 'waiting'] as const) {
      const { callbacks } = await waitingList([store], { list, after, count: 1 })
      expect(callbacks.map(({ id }) => id)).toEqual(lists[list].slice(0, 1))
    }
  },
)

it.each([1, 2, 3, 5, 50])(
  'of two partitions all are seen, each of them in its own order, with %i on a page and those of one rank together',
  async (count) => {
    const { store, lists, job } = await queued()
    const { redis, ref } = store
    const other = openStore(redis, { ...ref, destination: 'default/1' })
    const others = { 'under-way': ['b1', 'b2'], due: ['x1', 'e1', 'e2'], waiting: ['m1', 'm2'] }
    const queues = [activeJobsKey, waitingJobsKey].map((keyOf) => keyOf(other.ref))
    await redis.rpush(queues[0] ?? '', job('b1'), job('b2'))
    await redis.rpush(queues[1] ?? '', job('x1'))
    await redis.zadd(dueJobsKey(other.ref), 4_294_967_297, job('e1'), 9e15 + 1, job('e2'))
    await redis.zadd(scheduleKey(other.ref), 1_763_999_999_999, job('m1'), 1.99e12, job('m2'))
    for (const id of Object.values(others).flat()) {
      await redis.hset(callbackKey(other.ref, id), { state: 'scheduled' })
    }
    const together = {
      'under-way': 'a1 b1 a2 b2 a3 a4 a5',
      due: 'w1 x1 w2 w3 d1 e1 d2 d3 e2 d4',
      waiting: 'm1 l1 l2 l3 l4 l5 l6 l7 m2',
    }
    for (const list of ['under-way', 'due', 'waiting'] as const) {
      const seen: string[] = []
      let after: string | undefined
      do {
        const page = await waitingList([store, other], { list, after, count })
        seen.push(...page.callbacks.map(({ id }) => id))
        const { length } = page.callbacks
        expect(length).toBeLessThanOrEqual(count + 1)
        for (const { id, destination } of page.callbacks) {
          const own: readonly string[] = lists[list]
          expect(destination).toBe(own.includes(id) ? 'default' : 'default/1')
        }
        after = page.next
      } while (after !== undefined)
      expect(seen.join(' ')).toBe(together[list])
    }
  },
)
