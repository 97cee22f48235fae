import type { StoreConfig } from '../../../shared/config/config.ts'
import { readResultsBefore, type Result } from '../../../shared/store/results/results.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { olderFirst } from '../destination/in-order.ts'
import { onePage } from '../destination/one-page.ts'

export interface ResultsPage {
  destination: string
  /** The newest first. */
  results: PlacedResult[]
  /** Where the next page begins; undefined where nothing comes after. */
  next: string | undefined
}

export interface PlacedResult extends Result {
  /** Of several partitions, the one that it is of. */
  destination: string
}

export interface ResultsPageRequest {
  destination: string | undefined
  /** What ended before this entry; undefined: from the newest on. */
  before: string | undefined
  limit: number
}

/** Of all its partitions. Costs the same however many there are. */
export function resultsPage(
  config: StoreConfig,
  { destination, before: beforeEntryId, limit }: ResultsPageRequest,
): Promise<ResultsPage> {
  return withPartitions(config, destination, async (stores) => {
    const read = stores.map(async (store) => {
      const found = await readResultsBefore(store, { beforeEntryId, count: limit + 1 })
      return found.map((each) => ({ ...each, destination: store.ref.destination }))
    })
    const lists = await Promise.all(read)
    const { items, isLast } = onePage(lists, (one, other) => olderFirst(other, one), limit)
    const next = isLast ? undefined : items.at(-1)?.entryId
    return { destination: stores[0].ref.destination, results: items, next }
  })
}
