import type { Redis } from '../../redis/connection.ts'
import { destinationOf } from '../../redis/keys.ts'
import { scanPage, walkEnd } from './scan-page.ts'

/**
 * Every destination that has a key of this pattern, configured or not, by name. Walks all keys of the database: for
 * people's questions, never for a hot path.
 */
export async function scanDestinations(redis: Redis, pattern: string): Promise<string[]> {
  const found = new Set<string>()
  let cursor = walkEnd
  do {
    const page = await scanPage(redis, { cursor, match: pattern, count: 1_000 })
    cursor = page.next
    for (const destination of page.keys.map(destinationOf)) {
      if (destination !== undefined) found.add(destination)
    }
  } while (cursor !== walkEnd)
  return [...found].toSorted()
}
