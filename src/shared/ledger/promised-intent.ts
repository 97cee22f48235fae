import type { Intent } from '../contract/intent.ts'
import type { Redis } from '../redis/connection.ts'
import { callbackKey, type Place } from '../redis/keys.ts'
import { decodeStoredIntent } from './stored-intent.ts'

interface PromisedEntry {
  entryId: string
  id: string | undefined
  intent: Buffer | undefined
}

/**
 * The intent of an inbox entry with which the ledger has accepted a callback: by the library or a redrive, under the rules
 * of an older version perhaps. Rules that came later break no promise. Undefined for an entry that nobody has accepted.
 */
export async function promisedIntent(
  redis: Redis,
  place: Place,
  { entryId, id, intent }: PromisedEntry,
): Promise<Intent | undefined> {
  if (id === undefined || intent === undefined) return undefined
  const [acceptedWith, accepted] = await redis.hmget(callbackKey(place, id), 'entry', 'intent')
  if (acceptedWith !== entryId || accepted !== intent.toString()) return undefined
  return decodeStoredIntent(accepted)
}
