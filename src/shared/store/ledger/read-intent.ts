import type { Redis } from '../../redis/connection.ts'
import { callbackKey, type DestinationRef } from '../../redis/keys.ts'

/** The intent of a callback as the ledger holds it, or null. */
export function readStoredIntent(
  redis: Redis,
  ref: DestinationRef,
  id: string,
): Promise<string | null> {
  return redis.hget(callbackKey(ref, id), 'intent')
}
