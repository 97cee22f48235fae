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
import { inboxKey, type DestinationRef } from '../../../../src/shared/redis/keys.ts'
import { xadd } from '../../../support/inbox.ts'
import { freshEnvironment } from '../../ops/support/environment.ts'

/** One that holds an entry, and two that hold none; called as what Redis tells of them is. */
async function withConsumers({
  redis,
  ref,
}: {
  redis: Redis
  ref: DestinationRef
}): Promise<string> {
  await ensureInboxGroup(redis, ref)
  const entryId = await xadd(redis, ref, 'anything')
  await readNew(redis, ref, { consumer: 'pending', count: 1, blockMs: 1 })
  for (const consumer of ['idle', 'name']) {
    await redis.xgroup('CREATECONSUMER', inboxKey(ref), bridgeGroup, consumer)
  }
  return entryId
}

it('forgets those that hold nothing, and none whose entries nobody would find any more', async () => {
  const { redis, ref } = freshEnvironment()
  const entryId = await withConsumers({ redis, ref })
  expect(await forgetConsumers(redis, ref, 0)).toBe(2)
  expect(await forgetConsumers(redis, ref, 0)).toBe(0)
  const claimed = await claimAbandoned(redis, ref, { consumer: 'next', count: 9, idleMs: 0 })
  expect(claimed.entries).toMatchObject([{ entryId }])
})

it('forgets none that was heard of lately', async () => {
  const { redis, ref } = freshEnvironment()
  await withConsumers({ redis, ref })
  expect(await forgetConsumers(redis, ref, 60_000)).toBe(0)
})
