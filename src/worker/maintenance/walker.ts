import {
  readRegistry,
  registerSeen,
  type Registry,
  type ServiceTimes,
} from '../../shared/store/destinations/registry.ts'
import { readKeyPage, walkEnd } from '../../shared/store/walk/key-page.ts'
import { prune } from '../../shared/store/lookup/prune.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../shared/redis/destination-store.ts'
import {
  callbackKey,
  destinationOf,
  isBucketKey,
  type DestinationRef,
} from '../../shared/redis/keys.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import {
  reconcileCallbacks,
  reconcileIndexPage,
  reportUnreconciled,
  type ReconcileContext,
} from './reconcile.ts'
import type { Unseal } from '../../shared/sealing/unseal.ts'
import type { Resolution } from './resolve-finding.ts'

export interface WalkerContext {
  redis: Redis
  namespace: string
  /** What this process serves, at the moment: known to it, whatever the registry says. */
  served: () => ReadonlyMap<string, ServiceTimes>
  queueOf: (store: DestinationStore) => CallbackQueue
  clock: Clock
  observe: Observer
  numberKeyOf: NumberKeyOf
  /** How this process unseals numbers of a destination, where it has the keys. */
  unsealOf?: ((destination: string) => Unseal | undefined) | undefined
}

/** What one turn came to, counted in callbacks of all destinations. */
export interface Reconciliation {
  scanned: number
  /** The queue had forgotten them. */
  recovered: number
  /** The index of dead letters had. */
  relisted: number
  /** The index of dead letters named them, and they are none. */
  unlisted: number
  /** They were not found by call and number, and are now. */
  placed: number
  /** Names of forgotten callbacks that have left the indexes by call and number. */
  pruned: number
  /** Neither this worker nor its queue can read them. */
  unreconciled: number
  /** True when everything was looked at once: the next turn begins a new round. */
  passEnded: boolean
}

export interface Walker {
  /** One turn. Rejects for trouble of Redis only; the next turn goes on from there. */
  runOnce(signal?: AbortSignal): Promise<Reconciliation>
}

/**
 * A turn reads at most twenty pages of a hundred keys, and none after the page in which it has seen a hundred callbacks
 * that need a closer look: it costs the same with a thousand callbacks or a million, of one destination or of hundreds.
 *
 * A million waiting callbacks are two million keys, ledgers and jobs: a thousand turns, which with a second of rest after
 * each make a round of seventeen minutes. While all of them are overdue, in the backlog that a long outage leaves, the
 * queue is asked about each: ten thousand turns, three hours.
 */
const pageSize = 100
const maxPages = 20
const maxFindings = 100
/** Of the indexes of dead letters, which are walked beside the keys: half as many ids a turn. */
const maxIndexPages = 10

/** How far a round has come. Kept in memory: a worker that starts begins at the beginning. */
interface Pass {
  cursor: string
  hasSeenAllKeys: boolean
  /** Destinations whose index of dead letters has not been walked to its end. The first one is under way. */
  indexes: string[]
  indexCursor: string
}

/** The last line of defence: walks all keys of a namespace, sorts them by destination, and reconciles each. */
export function createWalker(context: WalkerContext): Walker {
  let pass: Pass | undefined
  return {
    runOnce: async (signal) => {
      const times = await knownTimes(context)
      pass ??= {
        cursor: walkEnd,
        hasSeenAllKeys: false,
        indexes: [...times.reconciled.keys()],
        indexCursor: walkEnd,
      }
      const batch = new Map<string, Resolution[]>()
      const { scanned, pruned } = await walkKeys({ context, times, pass, batch }, signal)
      for (const [destination, resolutions] of batch) {
        reportUnreconciled(context.observe, destination, resolutions)
      }
      const unlisted = await walkIndexes({ context, times, pass, batch }, signal)
      const passEnded = pass.hasSeenAllKeys && pass.indexes.length === 0
      if (passEnded) pass = undefined
      return { scanned, ...count([...batch.values()].flat()), unlisted, pruned, passEnded }
    },
  }
}

interface KnownTimes {
  known: Set<string>
  reconciled: ReadonlyMap<string, ServiceTimes>
}

async function knownTimes(context: WalkerContext): Promise<KnownTimes> {
  const served = context.served()
  const registry = await registryOf(context)
  const reconciled = new Map(served)
  for (const [destination, times] of registry) {
    if (times !== undefined && !served.has(destination)) reconciled.set(destination, times)
  }
  return { known: new Set([...registry.keys(), ...served.keys()]), reconciled }
}

/** What this process serves is looked after, even if the registry cannot be read. */
async function registryOf({ redis, namespace, observe }: WalkerContext): Promise<Registry> {
  try {
    return await readRegistry(redis, namespace)
  } catch (error) {
    if (!isPoisonMessage(error)) throw error
    const message = messageOf(error)
    observe({ event: 'maintenance.failed', part: 'registry', destination: undefined, message })
    return new Map()
  }
}

interface Batch {
  context: WalkerContext
  times: KnownTimes
  pass: Pass
  /** By destination. */
  batch: Map<string, Resolution[]>
}

interface Walked {
  /** Callbacks of destinations that are looked after. */
  scanned: number
  pruned: number
}

async function walkKeys(state: Batch, signal: AbortSignal | undefined): Promise<Walked> {
  const { context, pass, batch } = state
  const { redis, namespace } = context
  const walked = { scanned: 0, pruned: 0 }
  for (let pages = 0; pages < maxPages && !pass.hasSeenAllKeys; pages += 1) {
    if (signal?.aborted === true || closerLooks(batch) >= maxFindings) break
    const page = { cursor: pass.cursor, pageSize }
    const { next, keys } = await readKeyPage(redis, namespace, page)
    await reconcilePage(state, keys, walked)
    // Only now: a page that a trouble of Redis has interrupted is read again.
    pass.cursor = next
    pass.hasSeenAllKeys = next === walkEnd
  }
  return walked
}

/** To place a callback costs no question to the queue: after an update, each of a million is placed within one round. */
function closerLooks(batch: Batch['batch']): number {
  return [...batch.values()].flat().filter(({ kind }) => kind !== 'placed').length
}

async function reconcilePage(
  { context, times, batch }: Batch,
  keys: readonly string[],
  walked: Walked,
): Promise<void> {
  for (const [destination, theirs] of byDestination(keys)) {
    const store = storeOf(context, destination)
    const { ref } = store
    if (!times.known.has(destination)) {
      await registerSeen({ redis: context.redis, ref })
      times.known.add(destination)
    }
    const served = times.reconciled.get(destination)
    walked.pruned += await prunePlaces(context, ref, theirs)
    const callbacks = theirs.filter((key) => key.startsWith(callbackKey(ref, '')))
    if (served === undefined || callbacks.length === 0) continue
    walked.scanned += callbacks.length
    const resolutions = await ofOne(context, destination, () =>
      reconcileCallbacks(contextOf(context, destination, served), callbacks),
    )
    batch.set(destination, [...(batch.get(destination) ?? []), ...(resolutions ?? [])])
  }
}

/** Redis forgets a callback in its time; what names it in the indexes by call and number has none of its own. */
async function prunePlaces(
  context: WalkerContext,
  ref: DestinationRef,
  keys: readonly string[],
): Promise<number> {
  const buckets = keys.filter((key) => isBucketKey(ref, key))
  if (buckets.length === 0) return 0
  const store = openStore(context.redis, ref)
  const pruned = await ofOne(context, ref.destination, () => prune(store, buckets))
  return pruned ?? 0
}

function byDestination(keys: readonly string[]): Map<string, string[]> {
  const sorted = new Map<string, string[]>()
  for (const key of keys) {
    const destination = destinationOf(key)
    if (destination === undefined) continue
    const theirs = sorted.get(destination)
    if (theirs === undefined) sorted.set(destination, [key])
    else theirs.push(key)
  }
  return sorted
}

async function walkIndexes(
  { context, times, pass }: Batch,
  signal: AbortSignal | undefined,
): Promise<number> {
  let unlisted = 0
  for (let pages = 0; pages < maxIndexPages && signal?.aborted !== true; pages += 1) {
    const [destination] = pass.indexes
    if (destination === undefined) break
    const served = times.reconciled.get(destination)
    const page =
      served &&
      (await ofOne(context, destination, () =>
        reconcileIndexPage(contextOf(context, destination, served), {
          cursor: pass.indexCursor,
          pageSize,
        }),
      ))
    unlisted += page?.unlisted ?? 0
    // As with the keys: only once the page is done.
    pass.indexCursor = page?.next ?? walkEnd
    if (pass.indexCursor === walkEnd) pass.indexes.shift()
  }
  return unlisted
}

function contextOf(
  context: WalkerContext,
  destination: string,
  { overdueMs }: ServiceTimes,
): ReconcileContext {
  const { queueOf, clock, observe, numberKeyOf, unsealOf } = context
  const store = storeOf(context, destination)
  const unseal = unsealOf?.(destination)
  return { store, queue: () => queueOf(store), clock, observe, overdueMs, numberKeyOf, unseal }
}

function storeOf({ redis, namespace }: WalkerContext, destination: string): DestinationStore {
  return openStore(redis, { namespace, destination })
}

/** What fails for one destination alone, such as a key of another type, holds up no other. */
async function ofOne<Result>(
  { observe }: WalkerContext,
  destination: string,
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!isPoisonMessage(error)) throw error
    observe({ event: 'maintenance.failed', part: 'walk', destination, message: messageOf(error) })
    return undefined
  }
}

function count(resolutions: readonly Resolution[]) {
  const of = (kind: Resolution['kind']) => resolutions.filter((each) => each.kind === kind).length
  return {
    recovered: of('recovered'),
    relisted: of('relisted'),
    placed: of('placed'),
    unreconciled: of('unreconciled'),
  }
}
