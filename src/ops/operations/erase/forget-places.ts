import type { Intent } from '../../../shared/contract/intent.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { callPlaceKey, numberPlaceKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import { placesOf } from '../../../shared/store/ledger/places.ts'
import { decodeStoredIntent } from '../../../shared/store/ledger/stored-intent.ts'
import { readNumberKey } from '../../../shared/store/lookup/number-key.ts'
import { prune } from '../../../shared/store/lookup/prune.ts'
import type { CallbackTrace, Trace } from './trace.ts'

export interface ForgetDeps {
  redis: Redis
  /** RINGBACK_NUMBER_KEY. */
  numberKey: string | undefined
}

/** What is erased leaves the indexes by call and number. Where this cannot be done, a worker does it as it walks by. */
export async function forgetPlaces(deps: ForgetDeps, erased: readonly Trace[]): Promise<void> {
  const callbacks = erased.filter((trace) => trace.kind === 'callback')
  for (const ref of new Set(callbacks.map(({ ref: each }) => each))) {
    const theirs = callbacks.filter((trace) => trace.ref === ref)
    for (const key of await bucketsOf(deps, ref, theirs))
      await prune(openStore(deps.redis, ref), key)
  }
}

/** Each once, however many callbacks the customer had. */
async function bucketsOf(
  { redis, numberKey }: ForgetDeps,
  ref: DestinationRef,
  traces: readonly CallbackTrace[],
): Promise<Set<string>> {
  const store = openStore(redis, ref)
  const reading = await readNumberKey(store, numberKey)
  if (reading.kind !== 'known') return new Set()
  const places = traces
    .map(({ content }) => intentIn(content))
    .filter((intent) => intent !== undefined)
    .map((intent) => placesOf(reading.key, intent))
  return new Set(
    places.flatMap(({ callBucket, numberBucket }) => [
      callPlaceKey(ref, callBucket),
      numberPlaceKey(ref, numberBucket),
    ]),
  )
}

/** Undefined for what never was a callback. */
function intentIn(content: Buffer): Intent | undefined {
  try {
    return decodeStoredIntent(content.toString())
  } catch {
    return undefined
  }
}
