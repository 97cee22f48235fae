import type { StoreConfig } from '../../../shared/config/config.ts'
import { readQueueDepth, type QueueDepth } from '../../../shared/store/stats/queue-depth.ts'
import { readStats, type Stats } from '../../../shared/store/stats/stats.ts'
import { readControl, type ShownControl } from '../control/shown-control.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

export interface DestinationStats extends Stats, ShownControl {
  queue: QueueDepth
}

/** What a destination has come to, over all workers and restarts, what waits in it, and what holds that back. */
export function destinationStats(
  config: StoreConfig,
  destination: string | undefined,
): Promise<DestinationStats> {
  return withAnyDestination(config, destination, async (store) => {
    const [{ destination: name, ...stats }, queue, control] = await Promise.all([
      readStats(store),
      readQueueDepth(store),
      readControl(store, config.rates),
    ])
    return { destination: name, ...control, queue, ...stats }
  })
}
