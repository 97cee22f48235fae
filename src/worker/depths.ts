import type { CallbackQueue } from '../queue/callback-queue.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../shared/redis/keys.ts'
import { inspectControl, type Control } from '../shared/store/control/inspect-control.ts'
import { countDeadLetters, readOldestDeathMs } from '../shared/store/dead-letters/dead-letters.ts'
import { countLettersByReason } from '../shared/store/dead-letters/letters-by-reason.ts'
import { readVanished } from '../shared/store/inbox/vanished.ts'
import { readOldestDue } from '../shared/store/stats/oldest-due.ts'
import { readQueueDepth } from '../shared/store/stats/queue-depth.ts'
import { readLastBookingMs } from '../shared/store/stats/recent.ts'
import { readRetrying } from '../shared/store/stats/retrying.ts'
import { readStreamPosition } from '../shared/store/streams/stream-position.ts'
import { readLivingWorkers } from '../shared/store/workers/living-workers.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { WaitingTimes } from './waiting-time.ts'

/** How much waits where. Counts, and the age of the oldest inbox entry in ms. */
export interface Depths {
  inbox: number
  inboxOldestAgeMs: number
  /** Inbox entries that somebody took away; undefined where nobody knows. */
  vanished: number | undefined
  deadLetters: number
  queue: Record<string, number>
  /** By how many ms the ids of each stream are ahead of Redis' clock. */
  aheadMs: { inbox: number; results: number }
  /** What holds it back. */
  control: Control
  /** That serve the destination. */
  workers: number
  due: number
  dueOldestAgeMs: number
  /** Epoch ms; undefined where none waits for its time. */
  nextDueMs: number | undefined
  /** Callbacks that wait for another attempt, by the code of the last one. */
  retrying: Record<string, number>
  /** How many of them Salesforce is asked about first. */
  verifying: number
  deadLettersByReason: Record<string, number>
  /** Epoch ms; undefined where there is none. */
  deadLettersOldestMs: number | undefined
  lastBookingMs: number | undefined
}

export interface DepthContext {
  store: DestinationStore
  queue: CallbackQueue
  waitingTimes: WaitingTimes
  clock: Clock
  /** Attempts a second, as configured; undefined for no limit. */
  rate: number | undefined
}

/** Costs the same however much waits. */
export async function readDepths(context: DepthContext): Promise<Depths> {
  const { store, queue, waitingTimes, rate } = context
  const [inbox, results, vanished, deadLetters, counts, control, waiting] = await Promise.all([
    readStreamPosition(store, { key: inboxKey(store.ref) }),
    readStreamPosition(store, { key: resultsKey(store.ref) }),
    readVanished(store),
    countDeadLetters(store),
    queue.counts(),
    inspectControl(store, { rate }),
    readWaiting(context),
  ])
  const { oldestId } = inbox
  const [inboxOldestAgeMs = 0] = waitingTimes(oldestId === undefined ? [] : [oldestId])
  return {
    inbox: inbox.entries,
    inboxOldestAgeMs,
    vanished,
    deadLetters,
    queue: counts,
    aheadMs: { inbox: inbox.aheadMs, results: results.aheadMs },
    control,
    ...waiting,
  }
}

async function readWaiting({ store, clock }: DepthContext) {
  const [
    workers,
    depth,
    oldest,
    retrying,
    deadLettersOldestMs,
    deadLettersByReason,
    lastBookingMs,
  ] = await Promise.all([
    readLivingWorkers(store),
    readQueueDepth(store),
    readOldestDue(store),
    readRetrying(store),
    readOldestDeathMs(store),
    countLettersByReason(store),
    readLastBookingMs(store),
  ])
  return {
    workers: workers.length,
    due: depth.due,
    dueOldestAgeMs: oldest === undefined ? 0 : Math.max(0, clock.now() - Date.parse(oldest)),
    nextDueMs: depth.nextDueMs,
    retrying: retrying.byCode,
    verifying: retrying.verifying,
    deadLettersByReason,
    deadLettersOldestMs,
    lastBookingMs,
  }
}
