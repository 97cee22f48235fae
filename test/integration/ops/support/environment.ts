import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import type { DestinationRef } from '../../../../src/shared/redis/keys.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

export interface Environment {
  env: Record<string, string>
  ref: DestinationRef
  redis: Redis
}

/** The settings of a command on a namespace of this test's own. */
export function freshEnvironment(url = redisUrl()): Environment {
  const namespace = freshNamespace()
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return {
    env: environmentOf(url, namespace),
    ref: { namespace, destination: 'default' },
    redis,
  }
}

export function environmentOf(url: string, namespace: string): Record<string, string> {
  return { RINGBACK_REDIS_URL: url, RINGBACK_NAMESPACE: namespace }
}
