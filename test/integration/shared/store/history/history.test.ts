import { describe, expect, it } from 'vitest'

import {
  delayedJobsKey,
  flowKey,
  historyKey,
  scheduleKey,
  statsKey,
} from '../../../../../src/shared/redis/keys.ts'
import { readDueAhead } from '../../../../../src/shared/store/history/due-ahead.ts'
import { keepMinute } from '../../../../../src/shared/store/history/keep-minute.ts'
import { readHistory } from '../../../../../src/shared/store/history/read-history.ts'
import { readServerTimeMs } from '../../../../../src/shared/store/server/server-time.ts'
import { setup } from '../../../../support/ringback.ts'

const minuteMs = 60_000

describe('the history of a destination', () => {
  it('has of a minute what was counted in it, in either form, and of no other', async () => {
    const { store } = await setup()
    const { redis, ref } = store
    const minute = Math.floor((await readServerTimeMs(redis)) / minuteMs) - 1
    await redis.hset(flowKey(ref), {
      [`${minute * 6 + 5}:due`]: 2,
      [`m${minute}:due`]: 3,
      [`m${minute}:put-off`]: 4,
      [`m${minute}:booked`]: 5,
      [`m${minute}:failed`]: 6,
      [`m${minute - 1}:booked`]: 100,
      [`${minute * 6 - 1}:booked`]: 100,
      [`${minute * 6 + 6}:booked`]: 100,
    })
    const keptMs = await keepMinute(store, { lateMs: 1_234 })

    expect(await readHistory(store, { sinceMs: 0 })).toMatchObject([
      { beganMs: keptMs, accepted: 9, booked: 5, failed: 6, lateMs: 1_234 },
    ])
  })

  it('has each minute once, however many workers ask', async () => {
    const { store } = await setup()
    await Promise.all(Array.from({ length: 5 }, () => keepMinute(store, { lateMs: 0 })))
    expect((await readHistory(store, { sinceMs: 0 })).length).toBeLessThanOrEqual(2)
  })

  it('forgets what is older than a day, and fills the minutes of a short silence', async () => {
    const { store } = await setup()
    const { redis, ref } = store
    const nowMs = await readServerTimeMs(redis)
    const dayAgoMs = nowMs - 25 * 60 * minuteMs
    const beforeMs = (Math.floor(nowMs / minuteMs) - 3) * minuteMs
    await redis.xadd(historyKey(ref), `${Math.floor(dayAgoMs)}-0`, 'accepted', 1)
    await redis.xadd(historyKey(ref), `${beforeMs}-0`, 'deadEver', 1)
    await redis.hset(statsKey(ref), { 'dead:invalid': 2, 'dead:exhausted': 3 })
    await keepMinute(store, { lateMs: 0 })

    const minutes = await readHistory(store, { sinceMs: beforeMs + 1 })
    expect(minutes.slice(0, 2).map(({ beganMs, dead }) => [beganMs, dead])).toEqual([
      [beforeMs + minuteMs, 4],
      [beforeMs + 2 * minuteMs, 0],
    ])
    expect((await redis.xrange(historyKey(ref), '-', '+', 'COUNT', 1))[0]?.[0]).toBe(
      `${beforeMs}-0`,
    )
  })

  it('begins again where a clock that was ahead has written into it', async () => {
    const { store } = await setup()
    const { redis, ref } = store
    await redis.xadd(historyKey(ref), `${Date.now() + 60 * minuteMs}-0`, 'accepted', 1)
    await keepMinute(store, { lateMs: 0 })
    expect(await redis.xlen(historyKey(ref))).toBe(1)
  })

  it('is kept by a worker', async () => {
    const bundle = await setup()
    bundle.startWorker()
    await expect
      .poll(async () => (await readHistory(bundle.store, { sinceMs: 0 })).length)
      .toBeGreaterThan(0)
  })
})

describe('what becomes due', () => {
  it('is counted by when that is, each once, without what is due already', async () => {
    const { store } = await setup()
    const { redis, ref } = store
    const bucketMs = 60 * minuteMs
    const nowMs = await readServerTimeMs(redis)
    const next = (Math.floor(nowMs / bucketMs) + 1) * bucketMs
    const at = (ms: number) => ms * 4096
    await redis.zadd(delayedJobsKey(ref), at(nowMs - 5_000), 'past')
    await redis.zadd(delayedJobsKey(ref), at(next - 1), 'a', at(next), 'b')
    await redis.zadd(scheduleKey(ref), Math.floor(nowMs) - 5_000, 'past too', next + 1, 'c')
    await redis.zadd(delayedJobsKey(ref), at(next + bucketMs - 1), 'd', at(next + bucketMs), 'e')

    const ahead = await readDueAhead(store, { bucketMs, buckets: 3 })
    expect(ahead).toEqual({ beganMs: next - bucketMs, bucketMs, counts: [1, 3, 1] })
  })
})
