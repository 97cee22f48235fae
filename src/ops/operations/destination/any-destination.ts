import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { hasAnything } from '../../../shared/store/destinations/has-anything.ts'
import { unknownDestination, defaultDestination, withRedis, type Store } from './store.ts'

/**
 * As {@link openStore}, and open to destinations that are not configured but have something in Redis: what was sent to a
 * name that nobody serves lies under that very name.
 */
export async function findStore(
  redis: Redis,
  config: StoreConfig,
  destination: string | undefined,
): Promise<Store> {
  const { namespace, destinations } = config
  const ref = { namespace, destination: destination ?? defaultDestination(destinations) }
  const known = destinations.includes(ref.destination) || (await hasAnything(redis, ref))
  if (!known) throw unknownDestination(ref.destination, destinations)
  return { config, ref }
}

/** One question about such a destination. */
export function withAnyDestination<Result>(
  config: StoreConfig,
  destination: string | undefined,
  use: (redis: Redis, store: Store) => Promise<Result>,
): Promise<Result> {
  return withRedis(config, async (redis) => use(redis, await findStore(redis, config, destination)))
}
