import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import {
  findDestinations,
  firstKeys,
  glimpse,
  readDestinationsFrom,
} from '../../../shared/store/destinations/registry.ts'

/** Every destination that is configured here or known in Redis, by name. */
export async function everyDestination(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<DestinationStore[]> {
  const found = await findDestinations(redis, namespace)
  const all = [...new Set([...destinations, ...found])].toSorted()
  return all.map((destination) => openStore(redis, { namespace, destination }))
}

export type DestinationFinder = (redis: Redis) => Promise<DestinationStore[]>

/**
 * The same for whoever asks every few seconds: of the keys it looks at one page each time, and so comes by and by to all that are in no
 * registry. What a walk does not meet any more is forgotten at its end.
 */
export function createDestinationFinder({
  namespace,
  destinations,
}: StoreConfig): DestinationFinder {
  let [cursor, before, met] = [firstKeys, new Set<string>(), new Set<string>()]
  return async (redis) => {
    const page = await readDestinationsFrom(redis, namespace, { cursor, count: glimpse })
    for (const destination of page.met) met.add(destination)
    cursor = page.next
    const all = new Set([...destinations, ...page.registered, ...before, ...met])
    if (cursor === firstKeys) [before, met] = [met, new Set()]
    return [...all].toSorted().map((destination) => openStore(redis, { namespace, destination }))
  }
}
