import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { loadLibrary } from '../../src/shared/store/functions/load-library.ts'
import { freshNamespace, redisUrl } from './redis.ts'

/** Of a destination that nobody else has, on a connection that ends with the test. */
export function ownStore(): DestinationStore {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  return openStore(redis, { namespace: freshNamespace(), destination: 'default' })
}

/** Loads the functions that senders call. */
export async function loadFunctions(): Promise<void> {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  await loadLibrary(redis)
  redis.disconnect()
}
