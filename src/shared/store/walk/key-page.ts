import type { Redis } from '../../redis/connection.ts'
import { anyKeyPattern } from '../../redis/keys.ts'

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
