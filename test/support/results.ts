import { onTestFinished } from 'vitest'

import { awaitResults, type Result } from '../../src/shared/store/results/results.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { openRedis } from './redis.ts'
import type { Bundle } from './ringback.ts'

/** A blocking read ends by itself after this, and is made again. */
const blockMs = 5_000

/** Reads the results stream from its beginning, as a consumer in any language would, until it has seen enough. */
export async function resultsUntil(
  { redisUrl, store }: Bundle,
  isEnough: (results: readonly Result[]) => boolean,
): Promise<Result[]> {
  const redis = openRedis(redisUrl)
  const itsStore = openStore(redis, store.ref)
  onTestFinished(() => redis.disconnect())
  const results: Result[] = []
  while (!isEnough(results)) {
    const afterEntryId = results.at(-1)?.entryId ?? '0-0'
    results.push(...(await awaitResults(itsStore, { afterEntryId, blockMs })))
  }
  redis.disconnect()
  return results
}

/** Every end there is, once each of these callbacks has one. */
export function resultsOfAll(bundle: Bundle, ids: readonly string[]): Promise<Result[]> {
  return resultsUntil(bundle, (results) => {
    const ended = new Set(results.map(({ id }) => id))
    return ids.every((id) => ended.has(id))
  })
}
