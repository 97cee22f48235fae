import { RingbackError } from '../../../shared/errors/errors.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { NumberKey } from '../../../shared/store/ledger/places.ts'
import { findIds, type Clue } from '../../../shared/store/lookup/find-ids.ts'
import { fits, readFound, type FoundCallback } from '../../../shared/store/lookup/found-callback.ts'
import { readNumberKey } from '../../../shared/store/lookup/number-key.ts'
import { quoted } from '../../text/quoted.ts'
import type { Target } from '../destination/target.ts'

const pageSize = 100

/** All callbacks of a call or a number, newest first. Costs the same however many others there are. */
export async function* callbacksOf(
  store: DestinationStore,
  target: Target,
  clue: Clue,
): AsyncGenerator<FoundCallback> {
  const key = await keyOf(store, target)
  const seen = new Set<string>()
  for (let from = 0; ; from += pageSize) {
    const page = { clue, from, count: pageSize }
    const ids = await findIds(store, { key, page })
    // One that died and was submitted anew is named by each of its generations.
    const fresh = [...new Set(ids)].filter((id) => !seen.has(id))
    for (const id of fresh) seen.add(id)
    const found = await Promise.all(fresh.map((id) => readFound(store, id)))
    yield* found.filter((each) => each !== undefined).filter((each) => fits(each, clue))
    if (ids.length < pageSize) return
  }
}

/** Throws `number-key-unknown`: to find nothing would be a lie. */
async function keyOf(store: DestinationStore, { config }: Target): Promise<NumberKey> {
  const reading = await readNumberKey(store, config.numberKey)
  if (reading.kind === 'known') return reading.key
  const place = `the destination ${quoted(store.ref.destination)}`
  const why =
    reading.kind === 'none'
      ? `No worker that keeps an index by call and number has served ${place} yet.`
      : `The workers of ${place} use another RINGBACK_NUMBER_KEY than this command, or have none.`
  throw new RingbackError('number-key-unknown', why)
}
