import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { readDueAhead } from '../../../shared/store/history/due-ahead.ts'
import type { Minute } from '../../../shared/store/history/minute.ts'
import { readHistory } from '../../../shared/store/history/read-history.ts'
import { readQueueDepth } from '../../../shared/store/stats/queue-depth.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { byDestination, type OfDestination } from '../destination/by-destination.ts'
import type { DestinationFinder } from '../destination/every-destination.ts'
import { withRedis } from '../destination/target.ts'
import { readOperation, type ShownControl } from '../control/shown-control.ts'
import { forecastBacklog, type Arrival } from './forecast.ts'

/** What a quarter of an hour came to, or will. Counts; backlog and lateness are the most of it. */
export interface Quarter {
  /** Epoch ms. */
  beganMs: number
  accepted: number
  booked: number
  failed: number
  dead: number
  backlog: number
  lateMs: number
}

export interface Trend {
  destination: string
  /** Of the last day, the oldest first. */
  past: readonly Quarter[]
  /** What becomes due in each quarter from now on, the running one first; and how many are due then that were not sent, at the present rate. */
  ahead: readonly (Arrival & { backlog: number | undefined })[]
}

export const quarterMs = 15 * 60_000
const dayMs = 24 * 3_600_000
const quartersAhead = 24

/** Of every destination that is configured here or known in Redis, all its partitions together. Costs by minutes, not by what waits. */
export function trends(
  config: StoreConfig,
  find: DestinationFinder,
  clock: Clock,
): Promise<Trend[]> {
  return withRedis(config, async (redis) => {
    const stores = await find(redis)
    const nowMs = clock.now()
    const all = await Promise.all(stores.map((store) => trendOf(store, nowMs)))
    return byDestination(all, (trend) => trend.destination).map(joinTrends)
  })
}

async function trendOf(store: DestinationStore, nowMs: number): Promise<Trend> {
  const firstMs = Math.floor((nowMs - dayMs) / quarterMs + 1) * quarterMs
  const [minutes, { beganMs, counts }, { due }, { control }] = await Promise.all([
    readHistory(store, { sinceMs: firstMs }),
    readDueAhead(store, { bucketMs: quarterMs, buckets: quartersAhead }),
    readQueueDepth(store),
    readOperation(store),
  ])
  const arrivals = counts.map((count, index) => ({
    beganMs: beganMs + index * quarterMs,
    due: count,
  }))
  const perSecond = speedOf(control)
  const backlogs =
    perSecond === undefined ? [] : forecastBacklog({ due, perSecond, nowMs }, arrivals, quarterMs)
  return {
    destination: store.ref.destination,
    past: quartersOf(minutes, { firstMs, nowMs }),
    ahead: arrivals.map((arrival, index) => ({ ...arrival, backlog: backlogs[index] })),
  }
}

/** The most that was due of each is added up: of all at one time it may have been less. */
export function joinTrends({ destination, parts }: OfDestination<Trend>): Trend {
  const [first, ...others] = parts
  if (others.length === 0) return { ...first, destination }
  return {
    destination,
    past: joinedByTime(
      parts.map(({ past }) => past),
      (one, other) => ({
        beganMs: one.beganMs,
        accepted: one.accepted + other.accepted,
        booked: one.booked + other.booked,
        failed: one.failed + other.failed,
        dead: one.dead + other.dead,
        backlog: one.backlog + other.backlog,
        lateMs: Math.max(one.lateMs, other.lateMs),
      }),
    ),
    ahead: joinedByTime(
      parts.map(({ ahead }) => ahead),
      (one, other) => ({
        beganMs: one.beganMs,
        due: one.due + other.due,
        backlog:
          one.backlog === undefined || other.backlog === undefined
            ? undefined
            : one.backlog + other.backlog,
      }),
    ),
  }
}

function joinedByTime<Span extends { beganMs: number }>(
  lists: readonly (readonly Span[])[],
  join: (one: Span, other: Span) => Span,
): Span[] {
  const spans = new Map<number, Span>()
  for (const span of lists.flat()) {
    const known = spans.get(span.beganMs)
    spans.set(span.beganMs, known === undefined ? span : join(known, span))
  }
  return [...spans.values()].toSorted((one, other) => one.beganMs - other.beganMs)
}

/** Nothing goes out where no worker lives. */
function speedOf({ workers, rate }: ShownControl): number | undefined {
  if (workers === 0) return 0
  return rate.current === 'none' ? Infinity : rate.current
}

/** One for each quarter, also where nothing was written. */
export function quartersOf(
  minutes: readonly Minute[],
  { firstMs, nowMs }: { firstMs: number; nowMs: number },
): Quarter[] {
  const count = Math.max(0, Math.floor((nowMs - firstMs) / quarterMs) + 1)
  const quarters = Array.from({ length: count }, (_, index) => emptyAt(firstMs + index * quarterMs))
  for (const minute of minutes) {
    const quarter = quarters[Math.floor((minute.beganMs - firstMs) / quarterMs)]
    if (quarter === undefined) continue
    quarter.accepted += minute.accepted
    quarter.booked += minute.booked
    quarter.failed += minute.failed
    quarter.dead += minute.dead
    quarter.backlog = Math.max(quarter.backlog, minute.due)
    quarter.lateMs = Math.max(quarter.lateMs, minute.lateMs)
  }
  return quarters
}

function emptyAt(beganMs: number): Quarter {
  return { beganMs, accepted: 0, booked: 0, failed: 0, dead: 0, backlog: 0, lateMs: 0 }
}
