import type { Redis } from '../../redis/connection.ts'

/** Resolves when Redis answers, however long that takes. Rejects for a refusal (loading, no password). */
export async function ping(redis: Redis): Promise<void> {
  await redis.ping()
}
