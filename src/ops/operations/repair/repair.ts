import type { StoreConfig } from '../../../shared/config/config.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, resultsKey } from '../../../shared/redis/keys.ts'
import { redisFailure } from '../../../shared/redis/redis-failure.ts'
import type { Realignment } from '../../../shared/store/streams/realign.ts'
import {
  readStreamPosition,
  type StreamPosition,
} from '../../../shared/store/streams/stream-position.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { withRedis } from '../destination/target.ts'
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

/** What was found at a destination, or done there, in each of its partitions. */
export interface Repairs {
  config: StoreConfig
  destination: string
  parts: readonly Repair[]
  unreached: readonly Unreached[]
}

/** A partition about which nothing is known, or of which it is not known how much of it was repaired. */
export interface Unreached {
  destination: string
  code: string
  message: string
}

/** How many ids are named. */
const maxNamed = 100

/** Changes nothing. */
export function examineTimes(
  config: StoreConfig,
  destination: string | undefined,
  { stopped }: Pick<RepairDeps, 'stopped'>,
): Promise<Repairs> {
  return withPartitions(config, destination, async (stores) => {
    const examined = await eachInTurn(config.redisUrl, stores, {
      nameOf: ({ ref }) => ref.destination,
      act: (store) => examineDestination(store, stopped),
    })
    return { config, destination: stores[0].ref.destination, ...examined }
  })
}

interface Each<Item> {
  nameOf: (item: Item) => string
  act: (item: Item) => Promise<Repair>
}

/** Where one partition among others cannot be reached it is told so: what is done in the others is done. */
async function eachInTurn<Item>(
  redisUrl: string,
  items: readonly Item[],
  { nameOf, act }: Each<Item>,
): Promise<Pick<Repairs, 'parts' | 'unreached'>> {
  const parts: Repair[] = []
  const failures: [name: string, failure: RingbackError][] = []
  for (const item of items) {
    try {
      parts.push(await act(item))
    } catch (error) {
      const failure = redisFailure(redisUrl, error)
      if (!(failure instanceof RingbackError)) throw failure
      failures.push([nameOf(item), failure])
    }
  }
  const [first] = failures
  if (first !== undefined && parts.length === 0) throw first[1]
  const unreached = failures.map(([destination, { code, message }]) => {
    return { destination, code, message }
  })
  return { parts, unreached }
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
 * workers and producers go on. A partition that needs nothing is left alone.
 */
export function repairTimes(examined: Repairs, deps: RepairDeps): Promise<Repairs> {
  const { config, parts, unreached } = examined
  const { namespace, redisUrl } = config
  return withRedis(config, async (redis) => {
    const repaired = await eachInTurn(redisUrl, parts, {
      nameOf: ({ destination }) => destination,
      act: async (found) => {
        if (!isNeeded(found)) return found
        const { destination } = found
        return repairDestination(found, {
          ...deps,
          store: openStore(redis, { namespace, destination }),
        })
      },
    })
    return { ...examined, ...repaired, unreached: [...unreached, ...repaired.unreached] }
  })
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
