import { partitionOf } from '../../src/shared/contract/partition.ts'
import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import type { SampleCallback } from './callbacks.ts'
import { sampleCallback } from './callbacks.ts'
import { at } from './further-destinations.ts'
import type { Bundle } from './ringback.ts'

/** The first two partitions of a bundle's destination. */
export function partitionsOf(bundle: Bundle): [DestinationStore, DestinationStore] {
  const { destination } = bundle.store.ref
  return [bundle.store, at(bundle, `${destination}/1`).store]
}

/** So many callbacks that belong to this one of so many partitions. */
export function callbacksIn(
  place: number,
  partitions: number,
  { count, prefix }: { count: number; prefix: string },
): SampleCallback[] {
  const found: SampleCallback[] = []
  for (let nth = 1; found.length < count; nth += 1) {
    const id = `${prefix}-${nth}`
    if (partitionOf(id, partitions) === place) found.push(sampleCallback(id))
  }
  return found
}
