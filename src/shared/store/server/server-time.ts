import type { Redis } from '../../redis/connection.ts'

/** What Redis' clock says, in epoch ms. */
export async function readServerTimeMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = (await redis.time()).map(Number)
  return (seconds ?? NaN) * 1_000 + (microseconds ?? NaN) / 1_000
}
