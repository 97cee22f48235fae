import type { Intent } from '../../contract/intent.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { decodeStoredIntent } from './stored-intent.ts'

interface PromisedEntry {
  entryId: string
  id: string | undefined
}

/**
 * The intent of an inbox entry with which the ledger has opened a callback: by the library, a redrive or a bridge, under the
 * rules of an older version perhaps. Rules that came later break no promise. Undefined for an entry that nobody has accepted.
 */
export async function promisedIntent(
  { redis, ref }: DestinationStore,
  { entryId, id }: PromisedEntry,
): Promise<Intent | undefined> {
  if (id === undefined) return undefined
  const [openedBy, intent] = await redis.hmget(callbackKey(ref, id), 'entry', 'intent')
  return openedBy === entryId && intent ? decodeStoredIntent(intent) : undefined
}
