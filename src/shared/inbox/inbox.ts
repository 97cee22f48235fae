import { idPattern } from '../contract/ids.ts'
import type { Redis } from '../redis/connection.ts'
import { inboxKey, type Place } from '../redis/keys.ts'
import { lastPossibleId } from '../redis/stream-id.ts'
import { takeStep } from '../telemetry/steps.ts'

/** One entry as it lies in the stream: bytes, because a producer in any language may have put anything there. */
export interface InboxEntry {
  /** `<epoch ms>-<n>` as Redis gives it; or whatever the producer gave: see entry-time.ts. */
  entryId: string
  /** The field `intent`, if there is exactly one: of several nobody can tell which one is meant. */
  intent: Buffer | undefined
  /** The dead letter whose content this is, redriven: so the entry says, whoever wrote it. */
  redriveOf: string | undefined
  /** How many fields `intent` there are. */
  intents: number
  /** All fields and values in turn. */
  fields: readonly Buffer[]
}

export const bridgeGroup = 'bridge'

/** Creates stream and group where they are missing, from the very first entry on: what was sent before us counts too. */
export async function ensureInboxGroup(redis: Redis, place: Place): Promise<void> {
  try {
    await takeStep('inbox.group', undefined, () =>
      redis.xgroup('CREATE', inboxKey(place), bridgeGroup, '0', 'MKSTREAM'),
    )
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error
  }
}

export interface ReadOptions {
  consumer: string
  count: number
  /** How long to wait for an entry. Finite, so that a dead connection is noticed. */
  blockMs: number
}

/** New entries, which are from now on pending for this consumer. `redis` is blocked meanwhile: give it its own. */
export async function readNew(
  redis: Redis,
  place: Place,
  { consumer, count, blockMs }: ReadOptions,
): Promise<InboxEntry[]> {
  const key = inboxKey(place)
  const reply = await takeStep('inbox.read', undefined, () =>
    redis.callBuffer(
      'XREADGROUP',
      ...['GROUP', bridgeGroup, consumer, 'COUNT', count, 'BLOCK', blockMs, 'STREAMS', key, '>'],
    ),
  )
  return decodeStreams(reply)
}

/** Entries this consumer was given and never confirmed. */
export async function readPending(
  redis: Redis,
  place: Place,
  { consumer, count }: Omit<ReadOptions, 'blockMs'>,
): Promise<InboxEntry[]> {
  const key = inboxKey(place)
  const reply = await takeStep('inbox.reread', undefined, () =>
    redis.callBuffer(
      'XREADGROUP',
      ...['GROUP', bridgeGroup, consumer, 'COUNT', count, 'STREAMS', key, '0'],
    ),
  )
  return decodeStreams(reply)
}

/** Takes over what other consumers have held for longer than `idleMs`: they are dead, or as good as. */
export async function claimAbandoned(
  redis: Redis,
  place: Place,
  { consumer, count, idleMs }: { consumer: string; count: number; idleMs: number },
): Promise<InboxEntry[]> {
  const reply = await takeStep('inbox.claim', undefined, () =>
    redis.callBuffer(
      'XAUTOCLAIM',
      ...[inboxKey(place), bridgeGroup, consumer, idleMs, '0', 'COUNT', count],
    ),
  )
  return Array.isArray(reply) ? decodeEntries(reply[1]) : []
}

/** Removes consumers that hold nothing and have not been heard of for `idleMs`: every worker's start makes a new one. */
export async function forgetConsumers(redis: Redis, place: Place, idleMs: number): Promise<number> {
  const key = inboxKey(place)
  const consumers: unknown = await redis.call('XINFO', 'CONSUMERS', key, bridgeGroup)
  let forgotten = 0
  for (const consumer of Array.isArray(consumers) ? consumers : []) {
    const { name, pending, idle } = decodeConsumer(consumer)
    if (pending > 0 || idle < idleMs) continue
    await takeStep('inbox.forget', undefined, () =>
      redis.xgroup('DELCONSUMER', key, bridgeGroup, name),
    )
    forgotten += 1
  }
  return forgotten
}

/** The oldest entries of an inbox that has no group, and so nobody who reads it. */
export async function readStray(redis: Redis, place: Place, count: number): Promise<InboxEntry[]> {
  const reply: unknown = await redis.callBuffer('XRANGE', inboxKey(place), '-', '+', 'COUNT', count)
  return decodeEntries(reply)
}

/** Up to `count` entries after `afterEntryId` (`0-0` for the oldest), whoever holds them. Takes nothing away. */
export async function readInbox(
  redis: Redis,
  place: Place,
  { afterEntryId, count }: { afterEntryId: string; count: number },
): Promise<InboxEntry[]> {
  if (afterEntryId === lastPossibleId) return []
  const reply: unknown = await redis.callBuffer(
    'XRANGE',
    ...[inboxKey(place), `(${afterEntryId}`, '+', 'COUNT', count],
  )
  return decodeEntries(reply)
}

/** How many entries wait. */
export async function inboxDepth(redis: Redis, place: Place): Promise<number> {
  return await redis.xlen(inboxKey(place))
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

function decodeStreams(reply: unknown): InboxEntry[] {
  if (!Array.isArray(reply)) return []
  return reply.flatMap((stream: unknown) => (Array.isArray(stream) ? decodeEntries(stream[1]) : []))
}

function decodeEntries(entries: unknown): InboxEntry[] {
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return []
    const [id, values] = entry as unknown[]
    // An entry that somebody deleted while it was pending has no fields any more; Redis 6 returns it as nil.
    return Buffer.isBuffer(id) && Array.isArray(values) ? [decodeEntry(id, values)] : []
  })
}

function decodeEntry(id: Buffer, values: unknown[]): InboxEntry {
  const fields = values.filter((value) => Buffer.isBuffer(value))
  const intents = valuesOf('intent', fields)
  const intent = intents.length === 1 ? intents[0] : undefined
  const [redriveOf] = valuesOf('redriveOf', fields)
  return {
    ...{ entryId: id.toString(), intent, intents: intents.length, fields },
    redriveOf: usableId(redriveOf?.toString()),
  }
}

function valuesOf(name: string, fields: readonly Buffer[]): Buffer[] {
  return fields.filter((_, index) => index % 2 === 1 && fields[index - 1]?.toString() === name)
}

function usableId(text: string | undefined): string | undefined {
  return text !== undefined && idPattern.test(text) ? text : undefined
}
