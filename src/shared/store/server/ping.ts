import type { Redis } from '../../redis/connection.ts'
import { primariesOf } from '../../redis/primaries.ts'

/** Resolves when every primary answers, however long that takes. Rejects for a refusal (loading, no password). */
export async function ping(redis: Redis): Promise<void> {
  const primaries = await primariesOf(redis)
  await Promise.all(primaries.map((primary) => primary.ping()))
}
