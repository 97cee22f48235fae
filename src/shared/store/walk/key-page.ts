import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { anyKeyPattern, callbackKey, escapeGlob } from '../../redis/keys.ts'
import { scanPage } from '../keys/scan-page.ts'

export { walkEnd } from '../keys/scan-page.ts'

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
  return scanPage(redis, { cursor, match: anyKeyPattern(namespace), count: pageSize })
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
