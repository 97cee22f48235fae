import type { Redis } from '../../redis/connection.ts'
import { primariesOf } from '../../redis/primaries.ts'

/** Where a walk of the keys begins and where it has ended: what Redis calls its cursors. */
export const walkEnd = '0'

export interface ScanRequest {
  cursor: string
  match: string
  /** Redis looks at about so many. */
  count: number
}

/**
 * A page of the keys, and where the next one begins. The primaries of a cluster are walked one after the other: behind the first the
 * cursor says which one it is about. If slots move meanwhile, keys may come twice, or in the next walk.
 */
export async function scanPage(
  redis: Redis,
  { cursor, match, count }: ScanRequest,
): Promise<{ next: string; keys: string[] }> {
  const primaries = await primariesOf(redis)
  const { at, own } = decodeCursor(cursor)
  const primary = primaries[at]
  if (primary === undefined) return { next: walkEnd, keys: [] }
  const [next, keys] = await primary.scan(own, 'MATCH', match, 'COUNT', count)
  if (next !== walkEnd) return { next: encodeCursor(at, next), keys }
  const isLast = at + 1 >= primaries.length
  return { next: isLast ? walkEnd : encodeCursor(at + 1, walkEnd), keys }
}

function decodeCursor(cursor: string): { at: number; own: string } {
  const slash = cursor.indexOf('/')
  return slash < 0
    ? { at: 0, own: cursor }
    : { at: Number(cursor.slice(0, slash)), own: cursor.slice(slash + 1) }
}

function encodeCursor(at: number, own: string): string {
  return at === 0 ? own : `${at}/${own}`
}
