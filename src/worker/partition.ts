import type { DestinationConfig } from '../shared/config/config.ts'
import {
  partitionIn,
  partitionName,
  partitionNames,
  partitionOf,
  shareOf,
} from '../shared/contract/partition.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'

/** One of several partitions of a destination. */
export interface Partition {
  place: number
  /** Where the callback of this id belongs, if that is another one. */
  homeOf(id: string): DestinationStore | undefined
}

/** Undefined: the destination has this one only. */
export function createPartition(
  redis: Redis,
  { namespace, destination: name }: DestinationRef,
  partitions: number,
): Partition | undefined {
  if (partitions === 1) return undefined
  const { destination, partition: place } = partitionIn(name)
  return {
    place,
    homeOf: (id) => {
      const home = partitionOf(id, partitions)
      if (home === place) return undefined
      return openStore(redis, { namespace, destination: partitionName(destination, home) })
    },
  }
}

/**
 * What a worker serves of destinations: each partition is a destination by itself, with a share of what there is only so much of.
 * None of them asks another before it sends, so that together they never have more.
 */
export function inPartitions(configs: readonly DestinationConfig[]): DestinationConfig[] {
  return configs.flatMap((config) => {
    const { name, partitions, rate, maxInFlight, concurrency } = config
    if (partitions === 1) return [config]
    return partitionNames(name, partitions).map((partition, place) => ({
      ...config,
      name: partition,
      rate: rate === undefined ? undefined : rate / partitions,
      maxInFlight: maxInFlight === undefined ? undefined : shareOf(maxInFlight, partitions, place),
      concurrency: shareOf(concurrency, partitions, place),
    }))
  })
}
