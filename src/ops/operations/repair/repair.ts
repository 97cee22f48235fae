import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../../../shared/redis/keys.ts'
import type { Realignment } from '../../../shared/store/streams/realign.ts'
import {
  readStreamPosition,
  type StreamPosition,
} from '../../../shared/store/streams/stream-position.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { withAnyDestination } from '../destination/any-destination.ts'
import { withStore, type Target } from '../destination/target.ts'
import { realignInbox, realignResults } from './realign-streams.ts'
import { mistimedCallbacks, retimeCallback } from './retime-callbacks.ts'

/** What is wrong with the times of a destination, and what was done about it. */
export interface Repair {
  destination: string
  outcome: 'nothing-to-repair' | 'dry-run' | 'unconfirmed' | 'repaired' | 'incomplete'
  inbox: StreamRepair
  results: StreamRepair
  /** Callbacks that wait and were accepted later than now. */
  waiting: { found: number; retimed: number; unreadable: number }
  /** Dead letters that had expired before they were due, by a time that is later than now. The first of their ids. */
  expired: { found: number; ids: string[] }
}

export interface StreamRepair extends StreamPosition {
  /** `undefined`: nothing was tried. */
  realignment: Realignment | undefined
}

export interface RepairDeps {
  clock: Clock
  stopped: AbortSignal
}

/** What was found at a destination. Nothing is repaired yet. */
export interface Examination {
  target: Target
  found: Repair
}

/** How many ids are named. */
const maxNamed = 100

/** Changes nothing. */
export function examineTimes(
  config: StoreConfig,
  destination: string | undefined,
  { stopped }: Pick<RepairDeps, 'stopped'>,
): Promise<Examination> {
  return withAnyDestination(config, destination, async (store, target) => ({
    target,
    found: await examineDestination(store, stopped),
  }))
}

async function examineDestination(store: DestinationStore, stopped: AbortSignal): Promise<Repair> {
  const repair: Repair = {
    destination: store.ref.destination,
    outcome: 'nothing-to-repair',
    inbox: await examineStream(store, inboxKey(store.ref)),
    results: await examineStream(store, resultsKey(store.ref)),
    waiting: { found: 0, retimed: 0, unreadable: 0 },
    expired: { found: 0, ids: [] },
  }
  for await (const { kind, id } of mistimedCallbacks(store)) {
    if (stopped.aborted) break
    repair[kind].found += 1
    if (kind === 'expired' && repair.expired.ids.length < maxNamed) {
      repair.expired.ids.push(shownId(id))
    }
  }
  return repair
}

export function isNeeded({ inbox, results, waiting, expired }: Repair): boolean {
  return inbox.aheadMs + results.aheadMs + waiting.found + expired.found > 0
}

/**
 * The streams first: what is taken in meanwhile is timed rightly whatever their ids say. Each part may be repeated, and
 * workers and producers go on.
 */
export function repairTimes({ target, found }: Examination, deps: RepairDeps): Promise<Repair> {
  return withStore(target, (store) => repairDestination(found, { ...deps, store }))
}

async function repairDestination(
  found: Repair,
  { store, clock, stopped }: RepairDeps & { store: DestinationStore },
): Promise<Repair> {
  const inbox = { ...found.inbox, realignment: await realignInbox(store, clock) }
  const results = { ...found.results, realignment: await realignResults(store) }
  const waiting = { ...found.waiting }
  for await (const callback of mistimedCallbacks(store)) {
    if (stopped.aborted) break
    if (callback.kind === 'expired') continue
    const retiming = await retimeCallback(store, callback)
    if (retiming === 'changed') continue
    waiting[retiming] += 1
  }
  const isWhole =
    !stopped.aborted &&
    isRealigned(inbox.realignment) &&
    isRealigned(results.realignment) &&
    waiting.unreadable === 0
  const outcome = isWhole ? 'repaired' : 'incomplete'
  return { ...found, outcome, inbox, results, waiting }
}

async function examineStream(store: DestinationStore, key: string): Promise<StreamRepair> {
  return { ...(await readStreamPosition(store, { key })), realignment: undefined }
}

function isRealigned({ kind }: Realignment): boolean {
  return kind === 'realigned' || kind === 'aligned'
}
