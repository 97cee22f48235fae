import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../../../shared/redis/keys.ts'
import { readOldestDeathMs } from '../../../shared/store/dead-letters/dead-letters.ts'
import { countLettersByReason } from '../../../shared/store/dead-letters/letters-by-reason.ts'
import { readRetrying } from '../../../shared/store/stats/retrying.ts'
import { readHistory } from '../../../shared/store/history/read-history.ts'
import { isReply } from '../../../shared/redis/redis-errors.ts'
import { readRedisSafety, type RedisSafety } from '../../../shared/store/server/redis-safety.ts'
import { readPausedRuns, type PausedRun } from '../../../shared/store/runs/paused-runs.ts'
import { readLastBookingMs } from '../../../shared/store/stats/recent.ts'
import { readStreamPosition } from '../../../shared/store/streams/stream-position.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import type { AlertReading } from '../alerts/alert.ts'
import type { DestinationFinder } from '../destination/every-destination.ts'
import { withRedis } from '../destination/target.ts'
import { statsOf, type DestinationStats } from './destination-stats.ts'

/** How a destination stands, and what the alerts are judged by. */
export interface Standing {
  stats: DestinationStats
  judged: AlertReading
  /** Of which nobody knows whether they are booked: Salesforce is asked, or they wait for somebody to say. */
  inDoubt: { verifying: number; held: number | undefined }
  /** Runs that have paused by themselves. */
  pausedRuns: readonly PausedRun[]
}

/** Of every destination that is configured here or known in Redis. Costs the same however much waits. */
export function standings(
  config: StoreConfig,
  find: DestinationFinder,
  clock: Clock,
): Promise<Standing[]> {
  return withRedis(config, async (redis) => {
    const [stores, safety] = await Promise.all([find(redis), readRedisSafety(redis)])
    return Promise.all(stores.map((store) => standingOf(store, safety, clock)))
  })
}

async function readDoubt(store: DestinationStore): Promise<Standing['inDoubt']> {
  const [{ verifying }, letters] = await Promise.all([
    readRetrying(store),
    countLettersByReason(store).catch(unlessRefused),
  ])
  return { verifying, held: letters && (letters['uncertain'] ?? 0) }
}

/** Users that an older `ringback acl` made for the console have no right to that index, and see all else. */
function unlessRefused(error: unknown): undefined {
  if (!isReply(error)) throw error
}

const halfAnHourMs = 1_800_000

async function standingOf(
  store: DestinationStore,
  { isSafe, memoryUsedRatio }: RedisSafety,
  clock: Clock,
): Promise<Standing> {
  const nowMs = clock.now()
  const [stats, inbox, results, diedMs, bookedMs, minutes, pausedRuns, doubt] = await Promise.all([
    statsOf(store, clock),
    readStreamPosition(store, { key: inboxKey(store.ref) }),
    readStreamPosition(store, { key: resultsKey(store.ref) }),
    readOldestDeathMs(store),
    readLastBookingMs(store),
    readHistory(store, { sinceMs: nowMs - halfAnHourMs }),
    readPausedRuns(store),
    readDoubt(store),
  ])
  const ageMs = (sinceMs: number) => Math.max(0, nowMs - sinceMs)
  const { current } = stats.rate
  return {
    stats,
    inDoubt: doubt,
    // Whoever has paused one knows of it.
    pausedRuns: pausedRuns.filter(({ why }) => why !== 'asked'),
    judged: {
      isRedisUp: true,
      isRedisSafe: isSafe,
      memoryUsedRatio,
      workers: stats.workers,
      versions: new Set(stats.workerDetails.map(({ version }) => version)).size,
      inboxOldestAgeMs:
        inbox.oldestId === undefined ? 0 : ageMs(Number.parseInt(inbox.oldestId, 10)),
      due: stats.counts.due,
      dueOldestAgeMs: stats.oldestDueAt === undefined ? 0 : ageMs(epochMsOf(stats.oldestDueAt)),
      isPaused: stats.dispatch === 'paused',
      isBreakerOpen: stats.breaker.state === 'open' || stats.breaker.state === 'half-open',
      rate: typeof current === 'number' ? current : undefined,
      // Only a worker knows.
      isAuthorized: undefined,
      streamAheadMs: Math.max(inbox.aheadMs, results.aheadMs),
      lastBookingAgeMs: bookedMs === undefined ? undefined : ageMs(bookedMs),
      deadLettersOldestAgeMs: diedMs === undefined ? undefined : ageMs(diedMs),
      diedLately: minutes.reduce((sum, { dead }) => sum + dead, 0),
    },
  }
}
