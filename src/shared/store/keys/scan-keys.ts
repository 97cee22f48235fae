import type { Redis } from '../../redis/connection.ts'
import { escapeGlob } from '../../redis/keys.ts'
import { asList, asText } from '../../redis/reply.ts'

/**
 * Pages of the keys that begin with `prefix`, of one type if it is named. Walks all keys of the database, a page at a time,
 * so that others get their turn between two: for people's questions, never for a hot path. A key may come twice.
 */
export async function* scanKeys(
  redis: Redis,
  prefix: string,
  type?: 'hash',
): AsyncGenerator<string[]> {
  const match = `${escapeGlob(prefix)}*`
  const pages = { match, count: 500 }
  const stream = redis.scanStream(type === undefined ? pages : { ...pages, type })
  for await (const page of stream) {
    const keys = asList(page).map(asText)
    if (keys.length > 0) yield keys
  }
}
