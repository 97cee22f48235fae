import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { anyKeyPattern, callbackKey, escapeGlob } from '../../redis/keys.ts'

/** Where a walk begins and where it has ended: what Redis calls its cursors. */
export const walkEnd = '0'

export interface PageRequest {
  cursor: string
  /** Redis looks at about so many. */
  pageSize: number
}

/** Keys of a namespace, of any destination, and where the next page begins. A key may come twice. */
export async function readKeyPage(
  redis: Redis,
  namespace: string,
  { cursor, pageSize }: PageRequest,
): Promise<{ next: string; keys: string[] }> {
  const match = anyKeyPattern(namespace)
  const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', pageSize)
  return { next, keys }
}

/** Ids of callbacks of a destination, in any state, and where the next page begins. An id may come twice, though not in one page. */
export async function readCallbackPage(
  { redis, ref }: DestinationStore,
  { cursor, pageSize }: PageRequest,
): Promise<{ next: string; ids: string[] }> {
  const beginning = callbackKey(ref, '')
  const match = `${escapeGlob(beginning)}*`
  const [next, keys] = await redis.scan(cursor, 'MATCH', match, 'COUNT', pageSize)
  return { next, ids: [...new Set(keys)].map((key) => key.slice(beginning.length)) }
}
