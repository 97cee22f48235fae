import type { Redis } from '../../redis/connection.ts'
import { deadLettersKey, type Place } from '../../redis/keys.ts'

export async function hasDeadLetters(redis: Redis, place: Place): Promise<boolean> {
  return (await redis.exists(deadLettersKey(place))) === 1
}
