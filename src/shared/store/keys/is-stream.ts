import type { Redis } from '../../redis/connection.ts'

/** False for a key that does not exist, and for one in whose place somebody has put something else. */
export async function isStream(redis: Redis, key: string): Promise<boolean> {
  return (await redis.type(key)) === 'stream'
}
