import type { Redis } from '../../redis/connection.ts'
import { callbackKey, type Place } from '../../redis/keys.ts'

/** The intent of a callback as the ledger holds it, or null. */
export function readStoredIntent(redis: Redis, place: Place, id: string): Promise<string | null> {
  return redis.hget(callbackKey(place, id), 'intent')
}
