import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { openStore, type DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

export interface Environment {
  env: Record<string, string>
  store: DestinationStore
}

/** The settings of a command on a namespace of this test's own. */
export function freshEnvironment(url = redisUrl()): Environment {
  const namespace = freshNamespace()
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return {
    env: environmentOf(url, namespace),
    store: openStore(redis, { namespace, destination: 'default' }),
  }
}

export function environmentOf(url: string, namespace: string): Record<string, string> {
  return { RINGBACK_REDIS_URL: url, RINGBACK_NAMESPACE: namespace }
}
