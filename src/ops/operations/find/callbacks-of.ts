import { RingbackError } from '../../../shared/errors/errors.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { NumberKey } from '../../../shared/store/ledger/places.ts'
import { findCallbacks } from '../../../shared/store/lookup/find-callbacks.ts'
import type { Clue } from '../../../shared/store/lookup/find-ids.ts'
import type { FoundCallback } from '../../../shared/store/lookup/found-callback.ts'
import { readNumberKey } from '../../../shared/store/lookup/number-key.ts'
import { quoted } from '../../text/quoted.ts'
import type { Target } from '../destination/target.ts'

/** All callbacks of a call or a number, newest first. Costs the same however many others there are. */
export async function* callbacksOf(
  store: DestinationStore,
  target: Target,
  clue: Clue,
): AsyncGenerator<FoundCallback> {
  const key = await keyOf(store, target)
  yield* findCallbacks(store, { key, clue })
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
