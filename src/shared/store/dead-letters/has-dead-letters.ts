import type { Redis } from '../../redis/connection.ts'
import { deadLettersKey, type DestinationRef } from '../../redis/keys.ts'

export async function hasDeadLetters(redis: Redis, ref: DestinationRef): Promise<boolean> {
  return (await redis.exists(deadLettersKey(ref))) === 1
}
