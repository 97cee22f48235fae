import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { walkerKey } from '../../../../../src/shared/redis/keys.ts'
import { holdLease } from '../../../../../src/shared/store/walk/lease.ts'
import { freshNamespace, redisUrl } from '../../../../support/redis.ts'

const ttlMs = 9_000

function setUp() {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const key = walkerKey(freshNamespace())
  return { redis, key, leaseOf: (holder: string) => ({ redis, key, holder, ttlMs }) }
}

describe('the lease', () => {
  it('is held by one until it falls silent, for as long as it said', async () => {
    const { redis, key, leaseOf } = setUp()
    expect(await holdLease(leaseOf('a'))).toBe(true)
    expect(await holdLease(leaseOf('b'))).toBe(false)
    expect(await redis.get(key)).toBe('a')
    const leftMs = await redis.pttl(key)
    expect(leftMs).toBeGreaterThan(ttlMs - 2_000)
    expect(leftMs).toBeLessThanOrEqual(ttlMs)
    await redis.del(key)
    expect(await holdLease(leaseOf('b'))).toBe(true)
    expect(await holdLease(leaseOf('a'))).toBe(false)
  })

  it('is prolonged by its holder alone', async () => {
    const { redis, key, leaseOf } = setUp()
    await holdLease(leaseOf('a'))
    await redis.pexpire(key, 1_000)
    expect(await holdLease(leaseOf('b'))).toBe(false)
    expect(await redis.pttl(key)).toBeLessThanOrEqual(1_000)
    expect(await holdLease(leaseOf('a'))).toBe(true)
    expect(await redis.pttl(key)).toBeGreaterThan(ttlMs - 2_000)
  })

  it('is given to one of two that ask at the same moment', async () => {
    const { leaseOf } = setUp()
    const held = await Promise.all(['a', 'b', 'c'].map((holder) => holdLease(leaseOf(holder))))
    expect(held.filter(Boolean)).toHaveLength(1)
  })
})
