import { partitionNames } from '../../../shared/contract/partition.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { readPartitions } from '../../../shared/store/partitions/read-partitions.ts'

/** Each destination, and after it what else it has of partitions. A name of a partition stands for itself. */
export async function namedPartitions(
  redis: Redis,
  namespace: string,
  destinations: readonly string[],
): Promise<string[]> {
  const names = await Promise.all(
    destinations.map(async (destination) =>
      partitionNames(
        destination,
        await readPartitions(openStore(redis, { namespace, destination })),
      ),
    ),
  )
  return [...new Set(names.flat())]
}
