import type { DestinationStore } from '../../redis/destination-store.ts'
import type { NumberKey } from '../ledger/places.ts'
import { findIds, type Clue } from './find-ids.ts'
import { fits, readPlaced, type FoundCallback } from './found-callback.ts'

const pageSize = 100

/** All callbacks of a call or a number, newest first. Costs the same however many others there are. */
export async function* findCallbacks(
  store: DestinationStore,
  { key, clue }: { key: NumberKey; clue: Clue },
): AsyncGenerator<FoundCallback> {
  const seen = new Set<string>()
  for (let from = 0; ; from += pageSize) {
    const page = { clue, from, count: pageSize }
    const ids = await findIds(store, { key, page })
    // One that died and was submitted anew is named by each of its generations.
    const fresh = [...new Set(ids)].filter((id) => !seen.has(id))
    for (const id of fresh) seen.add(id)
    const found = await Promise.all(fresh.map((id) => readPlaced(store, id)))
    const known = found.filter((each) => each !== undefined)
    yield* known.filter((each) => fits(each, { clue, key })).map((each) => each.found)
    if (ids.length < pageSize) return
  }
}
