import { readRegistry } from '../../shared/store/destinations/registry.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { bridgeGroup, readStray, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { isStrayInbox } from '../../shared/store/inbox/is-stray.ts'
import { openStrayDoor } from '../../shared/store/inbox/stray-door.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../shared/redis/destination-store.ts'
import { inboxKey } from '../../shared/redis/keys.ts'
import { confirm } from '../../shared/store/ledger/confirm.ts'
import type { Observer } from '../../shared/telemetry/events.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import { buryEntry, type Rejection, type BuryContext } from '../bridge/bury-entry.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import { idsOfLetter, openEntry, type OpenContext, type OpenedEntry } from '../bridge/open-entry.ts'
import type { NumberKeyOf } from '../number-keys.ts'
import { createWaitingTimes, type WaitingTimes } from '../waiting-time.ts'

export interface StrayContext {
  redis: Redis
  namespace: string
  /** The destinations this worker serves, at the moment. */
  served: () => readonly string[]
  clock: Clock
  observe: Observer
  retentionMs: () => number
  /** How long an inbox that nobody serves may wait for its first worker. */
  graceMs: number
  numberKeyOf: NumberKeyOf
}

const batchSize = 100

/**
 * An XADD to a destination that does not exist succeeds, and nobody would ever read it: a promise broken in silence. Such
 * an inbox has no consumer group, because no worker ever served it. Its entries become dead letters of that destination,
 * which `ringback dead-letters redrive` sends again once it is configured. An inbox that any worker ever served is left
 * alone: other workers on the same Redis may serve other destinations.
 */
export function createStrayBurial(context: StrayContext): () => Promise<number> {
  const { redis, namespace, served, clock } = context
  let waits = new Map<string, WaitingTimes>()
  return async () => {
    const registry = await readRegistry(redis, namespace)
    const destinations = served()
    const retentionMs = context.retentionMs()
    const others = [...registry.keys()].filter((name) => !destinations.includes(name))
    waits = new Map(others.map((name) => [name, waits.get(name) ?? createWaitingTimes(clock)]))
    let buried = 0
    for (const [destination, waitingTimes] of waits) {
      buried += await buryOrReport(destination, {
        ...context,
        destinations,
        retentionMs,
        waitingTimes,
      })
    }
    return buried
  }
}

interface OneInbox extends Omit<StrayContext, 'served' | 'retentionMs'> {
  destinations: readonly string[]
  retentionMs: number
  waitingTimes: WaitingTimes
}

/** What is broken for one destination holds up no other. */
async function buryOrReport(destination: string, context: OneInbox): Promise<number> {
  try {
    const store = openStore(context.redis, { namespace: context.namespace, destination })
    await openStrayDoor(store)
    return (await isStrayInbox(store)) ? await buryEntriesOf(store, context) : 0
  } catch (error) {
    if (!isPoisonMessage(error)) throw error
    const message = messageOf(error)
    context.observe({ event: 'maintenance.failed', part: 'strays', destination, message })
    return 0
  }
}

async function buryEntriesOf(store: DestinationStore, context: OneInbox): Promise<number> {
  const { observe, graceMs, waitingTimes } = context
  const { destination } = store.ref
  const entries = await readStray(store, batchSize)
  const waitedMs = waitingTimes(entries.map(({ entryId }) => entryId))
  const abandoned = entries.filter((_, index) => (waitedMs[index] ?? 0) >= graceMs)
  await endStrays({ ...context, store }, abandoned)
  if (entries.length > 0) {
    const message = `nobody serves ${inboxKey(store.ref)}; is the destination's name right?`
    observe({ event: 'inbox.stray', destination, entries: entries.length, message })
  }
  return abandoned.length
}

interface EndContext extends BuryContext, OpenContext {
  destinations: readonly string[]
}

/**
 * Each entry is opened as a bridge would open it, so that its end is told under the id that its producer knows, and a worker
 * that begins to serve the destination at this moment finds what it would find of another bridge. All are opened before the
 * first is buried: what was sent twice is then a duplicate, as anywhere.
 */
export async function endStrays(
  context: EndContext,
  entries: readonly InboxEntry[],
): Promise<void> {
  const opened = await Promise.all(entries.map((entry) => openOrGiveUp(context, entry)))
  for (const [index, entry] of entries.entries()) {
    const found = opened[index]
    if (found !== undefined) await endEntry(context, entry, found)
  }
}

async function openOrGiveUp(context: EndContext, entry: InboxEntry): Promise<OpenedEntry> {
  try {
    return await openEntry(context, entry)
  } catch (error) {
    if (!isPoisonMessage(error)) throw error
    return { kind: 'unfit', rejection: unknownDestination(idsOfLetter(entry), context) }
  }
}

async function endEntry(
  context: EndContext,
  entry: InboxEntry,
  opened: OpenedEntry,
): Promise<void> {
  const { store, clock, observe } = context
  const { destination } = store.ref
  const { entryId } = entry
  const ids = opened.kind === 'unfit' ? opened.rejection : { id: opened.intent.id }
  const { id } = ids
  if (opened.kind === 'unfit' && entry.intents !== 1 && entry.wish === undefined) {
    // Whoever will serve the destination could not send it either: its letter says so, and nobody redrives it.
    await buryEntry(context, entry, opened.rejection)
    return
  }
  if (opened.kind === 'unfit' || opened.opening.kind === 'schedule') {
    await buryEntry(context, entry, unknownDestination(ids, context))
    return
  }
  const { opening } = opened
  const now = isoTimestamp(clock.now())
  // A bridge that began to serve the destination may have opened it.
  const { nth } = await confirm(store, {
    id,
    entryId,
    group: bridgeGroup,
    now,
    expiresAt: opened.intent.expiresAt,
    nthOfNumber: opening.kind === 'done' ? opening.nth : undefined,
  })
  if (nth !== undefined) observe({ event: 'number.repeated', destination, id, nth })
  if (opening.kind === 'duplicate') {
    observe({ event: 'entry.duplicate', destination, id, entryId })
  }
}

function unknownDestination(
  { id, reservedId }: Pick<Rejection, 'id' | 'reservedId'>,
  { store, destinations }: Pick<EndContext, 'store' | 'destinations'>,
) {
  return {
    id,
    reservedId,
    reason: 'invalid',
    code: 'unknown-destination',
    message: `destination: no worker ever served ${inboxKey(store.ref)}; this one serves ${destinations.join(', ')}`,
  } as const
}
