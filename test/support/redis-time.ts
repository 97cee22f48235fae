import type { Redis } from 'ioredis'

/** Redis' own time, epoch ms. It may be a millisecond ahead of the id of an entry that was added in the same script. */
export async function redisTimeMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000)
}
