import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { hasAnything } from '../../../shared/store/destinations/has-anything.ts'
import { unknownDestination, defaultDestination, withRedis, type Target } from './target.ts'

/**
 * As {@link targetOf}, and open to destinations that are not configured but have something in Redis: what was sent to a
 * name that nobody serves lies under that very name.
 */
export async function findTarget(
  redis: Redis,
  config: StoreConfig,
  destination: string | undefined,
): Promise<Target> {
  const { namespace, destinations } = config
  const ref = { namespace, destination: destination ?? defaultDestination(destinations) }
  const known = destinations.includes(ref.destination) || (await hasAnything(openStore(redis, ref)))
  if (!known) throw unknownDestination(destination, destinations)
  return { config, ref }
}

/** One question about such a destination. */
export function withAnyDestination<Result>(
  config: StoreConfig,
  destination: string | undefined,
  use: (store: DestinationStore, target: Target) => Promise<Result>,
): Promise<Result> {
  return withRedis(config, async (redis) => {
    const target = await findTarget(redis, config, destination)
    return use(openStore(redis, target.ref), target)
  })
}
