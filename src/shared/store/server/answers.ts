import type { Redis } from '../../redis/connection.ts'

/** Resolves when Redis has answered. */
export async function answers(redis: Redis): Promise<void> {
  await redis.ping()
}
