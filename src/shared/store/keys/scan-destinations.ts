import type { Redis } from '../../redis/connection.ts'
import { destinationOf } from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'

/**
 * Every destination that has a key of this pattern, configured or not, by name. Walks all keys of the database: for
 * people's questions, never for a hot path.
 */
export async function scanDestinations(redis: Redis, pattern: string): Promise<string[]> {
  const found = new Set<string>()
  for await (const keys of redis.scanStream({ match: pattern, count: 1_000 })) {
    for (const key of asList(keys)) {
      const destination = destinationOf(asText(key))
      if (destination !== undefined) found.add(destination)
    }
  }
  return [...found].toSorted()
}
