import type { StoreConfig } from '../../../shared/config/config.ts'
import { partitionIn, partitionName, partitionNames } from '../../../shared/contract/partition.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { hasAnything } from '../../../shared/store/destinations/has-anything.ts'
import { readPartitions } from '../../../shared/store/partitions/read-partitions.ts'
import { defaultDestination, unknownDestination, withRedis } from './target.ts'

/** At least one. */
export type Partitions = readonly [DestinationStore, ...DestinationStore[]]

/**
 * All partitions of a destination: `d`. Or the one that is named: `d/0`, `d/1`. Open to destinations that are not configured but have
 * something in Redis: what was sent to a name that nobody serves lies under that very name. Throws `unknown-destination`.
 */
export async function findPartitions(
  redis: Redis,
  config: StoreConfig,
  asked: string | undefined,
): Promise<Partitions> {
  const { namespace, destinations } = config
  const name = asked ?? defaultDestination(destinations)
  const { destination, partition } = partitionIn(name)
  const whole = openStore(redis, { namespace, destination })
  const partitions = await readPartitions(whole)
  const isOne = name.includes('/')
  if (isOne && partitionNames(destination, partitions)[partition] !== undefined) {
    const one = partitionName(destination, partition)
    return [openStore(redis, { namespace, destination: one })]
  }
  const store = isOne ? openStore(redis, { namespace, destination: name }) : whole
  const isPartitioned = !isOne && partitions > 1
  const known = destinations.includes(name) || isPartitioned || (await hasAnything(store))
  if (!known) throw unknownDestination(asked, destinations)
  if (!isPartitioned) return [store]
  const others = partitionNames(destination, partitions).slice(1)
  return [whole, ...others.map((other) => openStore(redis, { namespace, destination: other }))]
}

/** One question about all of them. */
export function withPartitions<Result>(
  config: StoreConfig,
  destination: string | undefined,
  use: (stores: Partitions) => Promise<Result>,
): Promise<Result> {
  return withRedis(config, async (redis) => use(await findPartitions(redis, config, destination)))
}
