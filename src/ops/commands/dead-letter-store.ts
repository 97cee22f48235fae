import { loadStoreConfig } from '../../shared/config/load.ts'
import type { StoreConfig } from '../../shared/config/config.ts'
import { findDestinations } from '../../shared/destinations/registry.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { deadLettersKey } from '../../shared/redis/keys.ts'
import type { CliContext } from '../cli-context.ts'
import {
  unknownDestination,
  usualDestination,
  withRedis,
  type CommonOptions,
  type Store,
} from './store.ts'

/**
 * As any command's store, and open to destinations that are not configured but have dead letters: what was sent to a name
 * that nobody serves lies under that very name.
 */
export async function withDeadLetters<Result>(
  { env }: CliContext,
  { destination }: CommonOptions,
  use: (redis: Redis, store: Store) => Promise<Result>,
): Promise<Result> {
  const config = loadStoreConfig(env)
  const { namespace, destinations } = config
  const place = { namespace, destination: destination ?? usualDestination(destinations) }
  return withRedis(config, async (redis) => {
    const known =
      destinations.includes(place.destination) || (await redis.exists(deadLettersKey(place))) === 1
    if (!known) throw unknownDestination(place.destination, destinations)
    return use(redis, { config, place })
  })
}

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
