import type { StoreConfig } from '../../../shared/config/config.ts'
import { isIntentId } from '../../../shared/contract/ids.ts'
import { partitionOf } from '../../../shared/contract/partition.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { readCallback } from '../../../shared/store/ledger/callback-record.ts'
import { withPartitions, type Partitions } from './any-destination.ts'
import type { Target } from './target.ts'

interface Asked {
  id: string
  destination?: string | undefined
}

/** One question about a callback, asked of the partition that it is in, or would be. */
export function withPlaceOf<Result>(
  config: StoreConfig,
  { id, destination }: Asked,
  use: (store: DestinationStore, target: Target) => Promise<Result>,
): Promise<Result> {
  return withPartitions(config, destination, async (stores) => {
    const store = await placeOf(stores, id)
    return use(store, { config, ref: store.ref })
  })
}

/** Dead letters of what had no usable id lie in whichever partition it was sent to. */
async function placeOf(stores: Partitions, id: string): Promise<DestinationStore> {
  const [first, ...others] = stores
  if (others.length === 0) return first
  if (isIntentId(id)) return stores[partitionOf(id, stores.length)] ?? first
  for (const store of stores) {
    if ((await readCallback(store, id)) !== undefined) return store
  }
  return first
}

/** Each partition with those of the ids that are in it, or would be; where it has none, not at all. */
export async function idsByPlace(
  stores: Partitions,
  ids: readonly string[],
): Promise<ReadonlyMap<DestinationStore, readonly string[]>> {
  const [first, ...others] = stores
  if (others.length === 0) return new Map([[first, ids]])
  const byPlace = new Map<DestinationStore, string[]>()
  for (const id of ids) {
    const store = await placeOf(stores, id)
    byPlace.set(store, [...(byPlace.get(store) ?? []), id])
  }
  return byPlace
}
