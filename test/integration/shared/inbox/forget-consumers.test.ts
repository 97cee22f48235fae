/** Every worker's start makes a consumer; with one that still holds entries these would be forgotten as well. */
import type { Redis } from 'ioredis'
import { expect, it } from 'vitest'

import {
  bridgeGroup,
  claimAbandoned,
  ensureInboxGroup,
  forgetConsumers,
  readNew,
} from '../../../../src/shared/store/inbox/inbox.ts'
import { inboxKey, type Place } from '../../../../src/shared/redis/keys.ts'
import { xadd } from '../../../support/inbox.ts'
import { freshEnvironment } from '../../ops/support/environment.ts'

/** One that holds an entry, and two that hold none; called as what Redis tells of them is. */
async function withConsumers({ redis, place }: { redis: Redis; place: Place }): Promise<string> {
  await ensureInboxGroup(redis, place)
  const entryId = await xadd(redis, place, 'anything')
  await readNew(redis, place, { consumer: 'pending', count: 1, blockMs: 1 })
  for (const consumer of ['idle', 'name']) {
    await redis.xgroup('CREATECONSUMER', inboxKey(place), bridgeGroup, consumer)
  }
  return entryId
}

it('forgets those that hold nothing, and none whose entries nobody would find any more', async () => {
  const { redis, place } = freshEnvironment()
  const entryId = await withConsumers({ redis, place })
  expect(await forgetConsumers(redis, place, 0)).toBe(2)
  expect(await forgetConsumers(redis, place, 0)).toBe(0)
  const claimed = await claimAbandoned(redis, place, { consumer: 'next', count: 9, idleMs: 0 })
  expect(claimed.entries).toMatchObject([{ entryId }])
})

it('forgets none that was heard of lately', async () => {
  const { redis, place } = freshEnvironment()
  await withConsumers({ redis, place })
  expect(await forgetConsumers(redis, place, 60_000)).toBe(0)
})
