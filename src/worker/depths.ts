import type { CallbackQueue } from '../queue/callback-queue.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../shared/redis/keys.ts'
import { inspectControl, type Control } from '../shared/store/control/inspect-control.ts'
import { countDeadLetters } from '../shared/store/dead-letters/dead-letters.ts'
import { readVanished } from '../shared/store/inbox/vanished.ts'
import { readStreamPosition } from '../shared/store/streams/stream-position.ts'
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
}

export interface DepthContext {
  store: DestinationStore
  queue: CallbackQueue
  waitingTimes: WaitingTimes
  /** Attempts a second, as configured; undefined for no limit. */
  rate: number | undefined
}

/** Costs the same however much waits. */
export async function readDepths(context: DepthContext): Promise<Depths> {
  const { store, queue, waitingTimes, rate } = context
  const [inbox, results, vanished, deadLetters, counts, control] = await Promise.all([
    readStreamPosition(store, { key: inboxKey(store.ref) }),
    readStreamPosition(store, { key: resultsKey(store.ref) }),
    readVanished(store),
    countDeadLetters(store),
    queue.counts(),
    inspectControl(store, { rate }),
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
  }
}
