import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { Clue } from '../../../shared/store/lookup/find-ids.ts'
import type { Partitions } from '../destination/any-destination.ts'
import { idsByPlace } from '../destination/places.ts'
import type { Target } from '../destination/target.ts'
import { callbacksOf } from './callbacks-of.ts'

/** Which callbacks are meant: by their ids, or all of a call or a number that have been taken in. */
export type WantedCallbacks = readonly string[] | Clue

/** In which way they were found. Which number or call it was is nobody's business who reads what was done. */
export function wantedForLog(wanted: WantedCallbacks): { by?: Clue['kind'] } {
  return 'kind' in wanted ? { by: wanted.kind } : {}
}

/** By partition: those of a call or a number may be in all of them. */
export async function wantedByPlace(
  stores: Partitions,
  wanted: WantedCallbacks,
): Promise<ReadonlyMap<DestinationStore, WantedCallbacks>> {
  return 'kind' in wanted
    ? new Map(stores.map((store) => [store, wanted]))
    : await idsByPlace(stores, wanted)
}

/** Each once. */
export async function* wantedIds(
  store: DestinationStore,
  target: Target,
  wanted: WantedCallbacks,
): AsyncGenerator<string> {
  if ('kind' in wanted) {
    for await (const { id } of callbacksOf(store, target, wanted)) yield id
  } else yield* new Set(wanted)
}
