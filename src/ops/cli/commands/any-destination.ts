import { loadStoreConfig } from '../../../shared/config/load.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import {
  deadLettersKey,
  inboxKey,
  resultsKey,
  statsKey,
  type Place,
} from '../../../shared/redis/keys.ts'
import type { CliContext } from '../cli-context.ts'
import {
  unknownDestination,
  usualDestination,
  withRedis,
  type CommonOptions,
  type Store,
} from './store.ts'

/**
 * As any command's store, and open to destinations that are not configured but have something in Redis: what was sent to a
 * name that nobody serves lies under that very name.
 */
export async function withAnyDestination<Result>(
  { env }: CliContext,
  { destination }: CommonOptions,
  use: (redis: Redis, store: Store) => Promise<Result>,
): Promise<Result> {
  const config = loadStoreConfig(env)
  const { namespace, destinations } = config
  const place = { namespace, destination: destination ?? usualDestination(destinations) }
  return withRedis(config, async (redis) => {
    const known = destinations.includes(place.destination) || (await hasAnything(redis, place))
    if (!known) throw unknownDestination(place.destination, destinations)
    return use(redis, { config, place })
  })
}

async function hasAnything(redis: Redis, place: Place): Promise<boolean> {
  const keyOf = [inboxKey, deadLettersKey, resultsKey, statsKey]
  return (await redis.exists(...keyOf.map((each) => each(place)))) > 0
}
