import type { StoreConfig } from '../../../shared/config/config.ts'
import { disagreementsOf, type Disagreement } from '../../../shared/config/disagreements.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { readFlow, type Flow } from '../../../shared/store/stats/flow.ts'
import { readOldestDue } from '../../../shared/store/stats/oldest-due.ts'
import { readQueueDepth, type QueueDepth } from '../../../shared/store/stats/queue-depth.ts'
import { readRetrying } from '../../../shared/store/stats/retrying.ts'
import { readStats, type Stats } from '../../../shared/store/stats/stats.ts'
import type { LivingWorker } from '../../../shared/store/workers/living-workers.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { estimate, type Estimate, type Unknown } from '../control/estimate.ts'
import { readOperation, type ShownControl } from '../control/shown-control.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { everyDestination } from '../destination/every-destination.ts'
import { sumOf } from '../destination/in-sum.ts'
import { withRedis } from '../destination/target.ts'

export interface DestinationStats extends Stats, ShownControl {
  /** The living, by when they started. */
  workerDetails: ShownWorker[]
  /** In what they differ. */
  disagreements: Disagreement[]
  counts: Omit<QueueDepth, 'nextDueMs'> & {
    /** Wait for another attempt, with `waiting` or `due`. */
    retrying: number
  }
  /** By the code of the last attempt. */
  retryingByCode: Record<string, number>
  /** ISO; absent where nothing is due. */
  oldestDueAt?: string
  /** When the next one is due; ISO; absent where none waits for its time. */
  nextDueAt?: string
  perSecond: Flow
  drain: Drain
}

export interface ShownWorker {
  name: string
  version: string
  startedAt: string
  heardAt: string
}

/** When nothing more will be due, if all stays as it is; absent where nobody can know, and then why. */
export interface Drain {
  seconds?: number
  at?: string
  unknown?: Unknown
}

/** What a destination has come to, over all workers and restarts, what waits in it, and what holds that back: each of its partitions. */
export function destinationStats(
  config: StoreConfig,
  destination: string | undefined,
  clock: Clock,
): Promise<DestinationStats[]> {
  return withPartitions(config, destination, (stores) =>
    Promise.all(stores.map((store) => statsOf(store, clock))),
  )
}

/** The same of every destination that is configured here or known in Redis. */
export function statsOfAll(config: StoreConfig, clock: Clock): Promise<DestinationStats[]> {
  return withRedis(config, async (redis) => {
    const stores = await everyDestination(redis, config)
    return Promise.all(stores.map((store) => statsOf(store, clock)))
  })
}

export async function statsOf(store: DestinationStore, clock: Clock): Promise<DestinationStats> {
  const [{ destination, ...stats }, depth, { control, workers }, perSecond, { byCode }, oldest] =
    await Promise.all([
      readStats(store),
      readQueueDepth(store),
      readOperation(store),
      readFlow(store),
      readRetrying(store),
      readOldestDue(store),
    ])
  const nowMs = clock.now()
  const { nextDueMs, ...counts } = depth
  const { dueAtOnce, attempts } = perSecond
  const load = { due: depth.due, arriving: dueAtOnce + depth.dueWithinHour / 3_600, attempts }
  return {
    destination,
    ...control,
    workerDetails: workers.map(shownWorker),
    disagreements: disagreementsOf(workers),
    counts: { ...counts, retrying: sumOf(Object.values(byCode)) },
    retryingByCode: byCode,
    ...(oldest !== undefined && { oldestDueAt: oldest }),
    ...(nextDueMs !== undefined && { nextDueAt: isoTimestamp(nextDueMs) }),
    perSecond,
    drain: shownDrain(estimate(load, control, nowMs), nowMs),
    ...stats,
  }
}

function shownWorker({ name, version, startedAt, heardMs }: LivingWorker): ShownWorker {
  return { name, version, startedAt, heardAt: isoTimestamp(heardMs) }
}

function shownDrain(estimated: Estimate, nowMs: number): Drain {
  if (estimated.kind === 'unknown') return { unknown: estimated.why }
  const { atMs } = estimated
  return { seconds: Math.max(0, Math.round((atMs - nowMs) / 1_000)), at: isoTimestamp(atMs) }
}
