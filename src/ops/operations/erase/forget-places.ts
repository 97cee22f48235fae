import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { callPlaceKey, numberPlaceKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import { scanKeys } from '../../../shared/store/keys/scan-keys.ts'
import { prune } from '../../../shared/store/lookup/prune.ts'

/**
 * What is erased leaves the indexes by call and number, where an id may hold the number. All of their buckets are gone through,
 * also where this run has erased nothing: one before it may have been cut off, and what that erased says no longer where it was.
 */
export async function forgetPlaces(redis: Redis, refs: readonly DestinationRef[]): Promise<void> {
  for (const ref of refs) {
    const store = openStore(redis, ref)
    await pruneAll(store, callPlaceKey(ref, ''))
    await pruneAll(store, numberPlaceKey(ref, ''))
  }
}

async function pruneAll(store: DestinationStore, prefix: string): Promise<void> {
  for await (const keys of scanKeys(store.redis, prefix)) {
    await prune(store, keys)
  }
}
