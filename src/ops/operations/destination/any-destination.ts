import type { StoreConfig } from '../../../shared/config/config.ts'
import { partitionIn, partitionName, partitionNames } from '../../../shared/contract/partition.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { hasAnything } from '../../../shared/store/destinations/has-anything.ts'
import { readPartitions } from '../../../shared/store/partitions/read-partitions.ts'
import { unknownDestination, defaultDestination, withRedis, type Target } from './target.ts'

/**
 * As {@link targetOf}, and open to destinations that are not configured but have something in Redis: what was sent to a
 * name that nobody serves lies under that very name. Throws `partitioned` where it has several partitions and none is named.
 */
async function findTarget(
  redis: Redis,
  config: StoreConfig,
  destination: string | undefined,
): Promise<Target> {
  const [{ ref }, ...others] = await findPartitions(redis, config, destination)
  if (others.length > 0) throw partitioned(ref.destination, others.length + 1)
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

/** At least one. */
export type Partitions = readonly [DestinationStore, ...DestinationStore[]]

/** All partitions of such a destination: `d`. Or the one that is named: `d/0`, `d/1`. */
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

function partitioned(destination: string, partitions: number): RingbackError {
  const last = partitions - 1
  return new RingbackError(
    'partitioned',
    `--destination: ${destination} has ${partitions} partitions, and this is about one at a time. ` +
      `Name it: ${destination}/0 to ${destination}/${last}.`,
  )
}
