import type { DestinationStore } from '../../redis/destination-store.ts'
import { readEntries, type MeasuredEntry } from './read-entries.ts'
import type { Redis } from '../../redis/connection.ts'
import { inboxKey, type DestinationRef } from '../../redis/keys.ts'
import { asList } from '../../redis/reply.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'
import { lastPossibleId } from '../../redis/stream-id.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { entryOf, tooLargeEntry, type InboxEntry } from './entry.ts'
import { entryLimits } from './limits.ts'

export type { InboxEntry } from './entry.ts'

export const bridgeGroup = 'bridge'

/** Creates stream and group where they are missing, from the very first entry on: what was sent before us counts too. */
export async function ensureInboxGroup({ redis, ref }: DestinationStore): Promise<void> {
  try {
    await takeStep('inbox.group', ref, () =>
      redis.xgroup('CREATE', inboxKey(ref), bridgeGroup, '0', 'MKSTREAM'),
    )
  } catch (error) {
    if (redisErrorKind(error) !== 'group-exists') throw error
  }
}

export interface ReadOptions {
  consumer: string
  count: number
  /** How long to wait for an entry; undefined: not at all. Finite, so that a dead connection is noticed. */
  blockMs: number | undefined
}

/** The same for one inbox. */
export async function readNew(
  { redis, ref }: DestinationStore,
  options: ReadOptions,
): Promise<InboxEntry[]> {
  return (await readNewOf(redis, [ref], options)).get(ref) ?? []
}

/**
 * New entries of inboxes on one server, at most `count` of each, which are from now on pending for this consumer. `redis` is
 * blocked meanwhile: give it its own. What is more than it may read in one reply is cut off, and is to be read as what is
 * pending: one by one, and measured.
 */
export async function readNewOf(
  redis: Redis,
  refs: readonly DestinationRef[],
  { consumer, count, blockMs }: ReadOptions,
): Promise<ReadonlyMap<DestinationRef, InboxEntry[]>> {
  const [first, second] = refs
  const destination = second === undefined ? first?.destination : undefined
  const wait = blockMs === undefined ? [] : ['BLOCK', blockMs]
  const reply = await takeStep('inbox.read', { destination }, () =>
    redis.callBuffer(
      'XREADGROUP',
      ...['GROUP', bridgeGroup, consumer, 'COUNT', count, ...wait, 'STREAMS'],
      ...[...refs.map(inboxKey), ...refs.map(() => '>')],
    ),
  )
  return decodeStreams(refs, reply)
}

/** Entries, and the id after which there are more. Undefined: there are none. */
export interface EntryPage {
  entries: InboxEntry[]
  nextAfter: string | undefined
}

/**
 * Entries after `afterEntryId` that this consumer was given and never confirmed. They are claimed once more, so that nobody
 * takes them for abandoned.
 */
export async function readPending(
  store: DestinationStore,
  { consumer, count, afterEntryId }: Omit<ReadOptions, 'blockMs'> & { afterEntryId: string },
): Promise<EntryPage> {
  const { redis, ref } = store
  const key = inboxKey(ref)
  const pending = await redis.xpending(key, bridgeGroup, `(${afterEntryId}`, '+', count, consumer)
  const ids = pending.map((each) => (Array.isArray(each) ? String(each[0]) : ''))
  if (ids.length > 0) {
    await takeStep('inbox.reread', ref, () =>
      redis.call('XCLAIM', key, bridgeGroup, consumer, 0, ...ids, 'JUSTID'),
    )
  }
  const { entries, readUpTo } = await readByIds(store, ids)
  const isLast = readUpTo === lastPossibleId || (ids.length < count && readUpTo === ids.at(-1))
  return { entries, nextAfter: isLast ? undefined : readUpTo }
}

/** Takes over what other consumers have held for longer than `idleMs`: they are dead, or as good as. */
export async function claimAbandoned(
  store: DestinationStore,
  { consumer, count, idleMs }: { consumer: string; count: number; idleMs: number },
): Promise<EntryPage> {
  const { redis, ref } = store
  // Their ids alone: what they hold is measured before it is read.
  const reply = await takeStep('inbox.claim', ref, () =>
    redis.call(
      'XAUTOCLAIM',
      ...[inboxKey(ref), bridgeGroup, consumer, idleMs, '0', 'COUNT', count, 'JUSTID'],
    ),
  )
  const claimed: unknown = Array.isArray(reply) ? reply[1] : []
  const ids = Array.isArray(claimed) ? claimed.map(String) : []
  const { entries, readUpTo } = await readByIds(store, ids)
  return { entries, nextAfter: readUpTo === ids.at(-1) ? undefined : readUpTo }
}

/** Not all of them, where they are too much for one reply. */
async function readByIds(
  store: DestinationStore,
  ids: readonly string[],
): Promise<{ entries: InboxEntry[]; readUpTo: string | undefined }> {
  if (ids.length === 0) return { entries: [], readUpTo: undefined }
  const measured = await readEntries(store, { from: ids, limits: entryLimits })
  return { entries: measured.flatMap(entriesOf), readUpTo: ids[measured.length - 1] }
}

/** None of one that somebody deleted while it was pending. */
function entriesOf(measured: MeasuredEntry): InboxEntry[] {
  switch (measured.kind) {
    case 'missing':
      return []
    case 'whole':
      return [entryOf(measured.entryId, measured.values)]
    case 'large':
      return [tooLargeEntry(measured.entryId, measured)]
  }
}

/** Removes consumers that hold nothing and have not been heard of for `idleMs`: every worker's start makes a new one. */
export async function forgetConsumers(
  { redis, ref }: DestinationStore,
  idleMs: number,
): Promise<number> {
  const key = inboxKey(ref)
  const consumers: unknown = await redis.call('XINFO', 'CONSUMERS', key, bridgeGroup)
  let forgotten = 0
  for (const consumer of Array.isArray(consumers) ? consumers : []) {
    const { name, pending, idle } = decodeConsumer(consumer)
    if (pending > 0 || idle < idleMs) continue
    await takeStep('inbox.forget', ref, () => redis.xgroup('DELCONSUMER', key, bridgeGroup, name))
    forgotten += 1
  }
  return forgotten
}

/** The oldest entries of an inbox that has no group, and so nobody who reads it. */
export function readStray(store: DestinationStore, count: number): Promise<InboxEntry[]> {
  return readInbox(store, { afterEntryId: '0-0', count })
}

/**
 * Up to `count` entries after `afterEntryId` (`0-0` for the oldest), whoever holds them; fewer where they are large, and none
 * only where there are none. Takes nothing away.
 */
export async function readInbox(
  store: DestinationStore,
  { afterEntryId, count }: { afterEntryId: string; count: number },
): Promise<InboxEntry[]> {
  if (afterEntryId === lastPossibleId) return []
  const from = { afterEntryId, count }
  const measured = await readEntries(store, { from, limits: entryLimits })
  return measured.flatMap(entriesOf)
}

/** How many entries wait. */
export async function inboxDepth({ redis, ref }: DestinationStore): Promise<number> {
  return await redis.xlen(inboxKey(ref))
}

function decodeConsumer(reply: unknown): { name: string; pending: number; idle: number } {
  const list: unknown[] = Array.isArray(reply) ? reply : []
  // Names and values in turn; a consumer may be called like one of the names.
  const value = (name: string) =>
    list[list.findIndex((each, index) => index % 2 === 0 && each === name) + 1]
  return {
    name: String(value('name')),
    pending: Number(value('pending')),
    idle: Number(value('idle')),
  }
}

function decodeStreams(
  refs: readonly DestinationRef[],
  reply: unknown,
): ReadonlyMap<DestinationRef, InboxEntry[]> {
  const streams = Array.isArray(reply) ? reply.map(asList) : []
  const found = new Map(streams.map(([key, entries]) => [String(key), entries]))
  if (found.size === 0) return new Map()
  const here = refs.filter((ref) => found.has(inboxKey(ref)))
  return new Map(here.map((ref) => [ref, decodeEntries(found.get(inboxKey(ref)))]))
}

function decodeEntries(entries: unknown): InboxEntry[] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return []
    const [id, values] = asList(entry)
    if (!Buffer.isBuffer(id) || !Array.isArray(values)) return []
    return [
      entryOf(
        id.toString(),
        values.filter((value) => Buffer.isBuffer(value)),
      ),
    ]
  })
}
