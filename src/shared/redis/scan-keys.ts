import type { Redis } from './connection.ts'
import { escapeGlob } from './keys.ts'

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
  const stream = redis.scanStream({ match, count: 500, ...(type === undefined ? {} : { type }) })
  for await (const page of stream) {
    const keys = page as string[]
    if (keys.length > 0) yield keys
  }
}
