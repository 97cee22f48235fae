import type { StoreConfig } from '../../../shared/config/config.ts'
import { readStats, type Stats } from '../../../shared/store/stats/stats.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

/** What a destination has come to, over all workers and restarts. */
export function destinationStats(
  config: StoreConfig,
  destination: string | undefined,
): Promise<Stats> {
  return withAnyDestination(config, destination, (store) => readStats(store))
}
