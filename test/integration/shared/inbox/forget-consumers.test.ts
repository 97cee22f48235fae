/** Every worker's start makes a consumer; with one that still holds entries these would be forgotten as well. */
import { expect, it } from 'vitest'

import {
  bridgeGroup,
  claimAbandoned,
  ensureInboxGroup,
  forgetConsumers,
  readNew,
} from '../../../../src/shared/store/inbox/inbox.ts'
import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../../../src/shared/redis/keys.ts'
import { xadd } from '../../../support/inbox.ts'
import { freshEnvironment } from '../../ops/support/environment.ts'

/** One that holds an entry, and two that hold none; called as what Redis tells of them is. */
async function withConsumers({ store }: { store: DestinationStore }): Promise<string> {
  await ensureInboxGroup(store)
  const entryId = await xadd(store, 'anything')
  await readNew(store, { consumer: 'pending', count: 1, blockMs: 1 })
  for (const consumer of ['idle', 'name']) {
    await store.redis.xgroup('CREATECONSUMER', inboxKey(store.ref), bridgeGroup, consumer)
  }
  return entryId
}

it('forgets those that hold nothing, and none whose entries nobody would find any more', async () => {
  const { store } = freshEnvironment()
  const entryId = await withConsumers({ store })
  expect(await forgetConsumers(store, 0)).toBe(2)
  expect(await forgetConsumers(store, 0)).toBe(0)
  const claimed = await claimAbandoned(store, { consumer: 'next', count: 9, idleMs: 0 })
  expect(claimed.entries).toMatchObject([{ entryId }])
})

it('forgets none that was heard of lately', async () => {
  const { store } = freshEnvironment()
  await withConsumers({ store })
  expect(await forgetConsumers(store, 60_000)).toBe(0)
})
