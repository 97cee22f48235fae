import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'

/** Every destination that is configured here or known in Redis, by name. */
export async function everyDestination(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<DestinationStore[]> {
  const found = await findDestinations(redis, namespace)
  const all = [...new Set([...destinations, ...found])].toSorted()
  return all.map((destination) => openStore(redis, { namespace, destination }))
}
