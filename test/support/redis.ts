import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { inject } from 'vitest'

import { connectPatiently } from '../../src/shared/redis/connection.ts'

/** The Redis of this test run, see global-setup.ts. */
export function redisUrl(): string {
  return inject('redisUrl')
}

/** As any client would; where there are several servers, as ours does. It waits for a server that is away. */
export function openRedis(url: string): Redis {
  if (/^rediss?\+/.test(url)) return connectPatiently(url, () => undefined)
  const redis = new Redis(url, { protocol: 2, maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  return redis
}

/** A namespace that no other test uses: tests of the same Redis do not see each other's keys. */
export function freshNamespace(): string {
  return `t-${randomBytes(8).toString('hex')}`
}

/** The same server for another user; without words for none at all. */
export function loginAs(url: string, username = '', password = ''): string {
  const login = new URL(url)
  login.username = username
  login.password = password
  return login.href
}
