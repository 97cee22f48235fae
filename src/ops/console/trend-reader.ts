import type { StoreConfig } from '../../shared/config/config.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { createDestinationFinder } from '../operations/destination/every-destination.ts'
import { trends, type Trend } from '../operations/stats/trend.ts'

/** A minute is written once: so often is enough, however many look. */
const freshMs = 30_000

/** The last ones known while Redis is away: the page says that by itself. */
export function createTrendReader(
  config: StoreConfig,
  clock: Clock,
): () => Promise<readonly Trend[]> {
  let latest: { trends: Promise<readonly Trend[]>; untilMs: number } | undefined
  let known: readonly Trend[] = []
  const find = createDestinationFinder(config)

  async function read(): Promise<readonly Trend[]> {
    known = await trends(config, find, clock).catch(() => known)
    return known
  }

  return () => {
    const nowMs = clock.monotonic()
    if (latest !== undefined && nowMs < latest.untilMs) return latest.trends
    latest = { trends: read(), untilMs: nowMs + freshMs }
    return latest.trends
  }
}
