import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { readDueAhead } from '../../../shared/store/history/due-ahead.ts'
import type { Minute } from '../../../shared/store/history/minute.ts'
import { readHistory } from '../../../shared/store/history/read-history.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { DestinationFinder } from '../destination/every-destination.ts'
import { withRedis } from '../destination/target.ts'

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
  /** What becomes due in each quarter from now on, the running one first. */
  ahead: readonly { beganMs: number; due: number }[]
}

export const quarterMs = 15 * 60_000
const dayMs = 24 * 3_600_000
const quartersAhead = 24

/** Of every destination that is configured here or known in Redis. Costs by minutes, not by what waits. */
export function trends(
  config: StoreConfig,
  find: DestinationFinder,
  clock: Clock,
): Promise<Trend[]> {
  return withRedis(config, async (redis) => {
    const stores = await find(redis)
    return Promise.all(stores.map((store) => trendOf(store, clock.now())))
  })
}

async function trendOf(store: DestinationStore, nowMs: number): Promise<Trend> {
  const firstMs = Math.floor((nowMs - dayMs) / quarterMs + 1) * quarterMs
  const [minutes, { beganMs, counts }] = await Promise.all([
    readHistory(store, { sinceMs: firstMs }),
    readDueAhead(store, { bucketMs: quarterMs, buckets: quartersAhead }),
  ])
  return {
    destination: store.ref.destination,
    past: quartersOf(minutes, { firstMs, nowMs }),
    ahead: counts.map((due, index) => ({ beganMs: beganMs + index * quarterMs, due })),
  }
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
