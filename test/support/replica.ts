import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { startPrivateRedis } from './private-redis.ts'

/** Two servers, of which the one repeats what is written to the other. */
export interface Pair {
  primary: string
  replica: string
  /** The replica has all that the primary was told, and takes its place; the primary becomes the replica. */
  swapRoles(): Promise<void>
}

export async function startPair(): Promise<Pair> {
  const [one, other] = await Promise.all([startPrivateRedis(), startPrivateRedis()])
  const [primary, replica] = [one.url, other.url].map(administer) as [Redis, Redis]
  // Else the first synchronization waits five seconds for further replicas.
  for (const each of [primary, replica]) await each.config('SET', 'repl-diskless-sync-delay', '0')
  await follow(replica, one.url)
  return {
    primary: one.url,
    replica: other.url,
    swapRoles: async () => {
      // As Sentinel and managed services do it: nobody writes while the replica catches up.
      await primary.call('CLIENT', 'PAUSE', '5000', 'WRITE')
      await caughtUp(primary)
      await replica.call('REPLICAOF', 'NO', 'ONE')
      await follow(primary, other.url)
      await primary.call('CLIENT', 'UNPAUSE')
    },
  }
}

/** Makes it a replica, and waits until it has everything. */
async function follow(redis: Redis, url: string): Promise<void> {
  const { hostname, port, password } = new URL(url)
  await redis.config('SET', 'masterauth', password)
  await redis.call('REPLICAOF', hostname, port)
  while (!(await redis.info('replication')).includes('master_link_status:up')) {
    await systemClock.sleep(20)
  }
}

async function caughtUp(primary: Redis): Promise<void> {
  for (;;) {
    const info = await primary.info('replication')
    const offset = /^master_repl_offset:(\d+)/m.exec(info)?.[1]
    const theirs = /offset=(\d+)/.exec(info)?.[1]
    if (offset !== undefined && offset === theirs) return
    await systemClock.sleep(5)
  }
}

function administer(url: string): Redis {
  const redis = new Redis(url, { protocol: 2 })
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}
