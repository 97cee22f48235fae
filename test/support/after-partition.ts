/** What is left, when the network is whole again, of what was acknowledged. */
import { expect } from 'vitest'

import { callbackKey } from '../../src/shared/redis/keys.ts'
import { readResults } from '../../src/shared/store/results/results.ts'
import { resultsOfAll } from './results.ts'
import type { Bundle } from './ringback.ts'

/** Of those that were accepted. */
export interface Found {
  lost: readonly string[]
  kept: readonly string[]
}

export async function foundAgain({ store }: Bundle, ids: readonly string[]): Promise<Found> {
  const found = await Promise.all(ids.map((id) => store.redis.exists(callbackKey(store.ref, id))))
  return {
    lost: ids.filter((_, at) => found[at] === 0),
    kept: ids.filter((_, at) => found[at] === 1),
  }
}

/** Which have ended by now. */
export async function endedBy({ store }: Bundle): Promise<string[]> {
  const results = await readResults(store, { afterEntryId: '0-0', count: 100_000 })
  return results.map(({ id }) => id)
}

/** What was being sent when the network was cut may be sent again: the primary was told of the attempt, and its successor was not. */
export async function expectBooked(
  bundle: Bundle,
  { kept, ended }: { kept: readonly string[]; ended: readonly string[] },
): Promise<void> {
  await resultsOfAll(bundle, kept)
  const times = (id: string) => bundle.sandbox.bookingsOf(id).length
  expect(kept.filter((id) => times(id) === 0)).toEqual([])
  expect(ended.filter((id) => times(id) !== 1)).toEqual([])
}

/** Which of those that are kept were booked more than once, and no result says so. */
export async function unmarkedDoubles(bundle: Bundle, kept: readonly string[]): Promise<string[]> {
  const results = await resultsOfAll(bundle, kept)
  const doubtful = results.filter(({ possibleDuplicate }) => possibleDuplicate)
  const marked = new Set(doubtful.map(({ id }) => id))
  return kept.filter((id) => bundle.sandbox.bookingsOf(id).length > 1 && !marked.has(id))
}
