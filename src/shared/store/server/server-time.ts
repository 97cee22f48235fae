import type { Redis } from '../../redis/connection.ts'

/** What time it is by Redis' clock, in ms since the Unix epoch, with the fraction that it tells. */
export async function readServerTimeMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = (await redis.time()).map(Number)
  return (seconds ?? NaN) * 1_000 + (microseconds ?? NaN) / 1_000
}
