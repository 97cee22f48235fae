import { expect, it } from 'vitest'

import { createDestinationFinder } from '../../../src/ops/operations/destination/every-destination.ts'
import { loadStoreConfig } from '../../../src/shared/config/load.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { registerSeen } from '../../../src/shared/store/destinations/registry.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { freshEnvironment } from './support/environment.ts'

/** It asks a hundred times for each walk of the keys. */
const patience = { interval: 1, timeout: 20_000 }

it('meets by and by what no registry has, among however many keys, and forgets what has gone', async () => {
  const { url } = await startPrivateRedis()
  const { env, store } = freshEnvironment(url)
  const { redis, ref } = store
  const of = (destination: string) => openStore(redis, { ...ref, destination })
  const find = createDestinationFinder(loadStoreConfig(env))
  const found = async () => (await find(redis)).map((each) => each.ref.destination)
  await registerSeen(of('registered'))
  expect(await found()).toEqual(['default', 'registered'])

  await redis.mset(...Array.from({ length: 20_000 }, (_, at) => [`other:${at}`, '']).flat())
  await redis.xadd(inboxKey(of('stray').ref), '*', 'intent', '{}')
  await expect.poll(found, patience).toContain('stray')
  await redis.del(inboxKey(of('stray').ref))
  await expect.poll(found, patience).toEqual(['default', 'registered'])
})
