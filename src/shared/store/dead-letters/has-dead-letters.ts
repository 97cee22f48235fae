import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey } from '../../redis/keys.ts'

export async function hasDeadLetters({ redis, ref }: DestinationStore): Promise<boolean> {
  return (await redis.exists(deadLettersKey(ref))) === 1
}
