import type { StoreConfig } from '../../../shared/config/config.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { deadLettersKey } from '../../../shared/redis/keys.ts'

/** Destinations with dead letters that no command would show unasked. */
export async function strayDeadLetters(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<string[]> {
  const found = await findDestinations(redis, namespace)
  const strays = found.filter((destination) => !destinations.includes(destination))
  const keys = strays.map((destination) => deadLettersKey({ namespace, destination }))
  const exist = await Promise.all(keys.map((key) => redis.exists(key)))
  return strays.filter((_, index) => exist[index] === 1)
}
