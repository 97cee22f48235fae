import { inTurn } from '../../shared/lifecycle/in-turn.ts'
import { readBounded, type BoundedReply } from '../../shared/redis/bounded-reply.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../shared/redis/destination-store.ts'
import type { DestinationRef } from '../../shared/redis/keys.ts'
import { readNew, readNewOf, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { maxReplyBytes } from '../../shared/store/inbox/limits.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { shareWaits, type Seat, type Sharing } from '../shared-wait.ts'

/** Where new entries of one inbox come from. */
export interface InboxSource {
  /** Those that there are, or come within `waitMs`. `cut`: it was too much, and is to be read as what is pending. */
  next(waitMs: number): Promise<BoundedReply<InboxEntry[]>>
  /** Whoever waits for some waits no longer. */
  wake(): void
  close(): void
}

export interface InboxSourcesContext {
  command: Redis
  /** A connection of its own. */
  open: () => Redis
  /** This process's name in the consumer group. */
  consumer: string
  clock: Clock
}

const batchSize = 200
/** Of an inbox that has others beside it: what is read at once is decoded at once, and they wait for that. */
const smallBatch = 50
/** Of one that is waited for together with others. Whoever has more reads on by himself. */
const firstOnes = 20

type NewEntries = BoundedReply<InboxEntry[]>
const nothing: NewEntries = { kind: 'whole', reply: [] }

/**
 * Of one server: all inboxes in which nothing lies are waited for together. One in which more may lie is read alone, when it is its
 * turn, and when its bridge has room: a flood in it is in nobody else's way.
 */
export function createInboxSources(
  context: InboxSourcesContext,
): (store: DestinationStore) => InboxSource {
  const join = shareWaits<NewEntries>(sharingOf(context))
  const alone = readAlone(context)
  return ({ ref }) => sourceOf(ref, join(ref), alone)
}

function sourceOf(ref: DestinationRef, seat: Seat<NewEntries>, alone: ReadAlone): InboxSource {
  alone.join(ref)
  // What came before us.
  let mayHaveMore = true
  const noted = (read: NewEntries, asked: number): NewEntries => {
    mayHaveMore = read.kind === 'whole' && read.reply.length >= asked
    return read
  }
  return {
    next: async (waitMs) => {
      const isShared = seat.isShared()
      if (isShared && mayHaveMore) {
        const read = noted(await alone.next(ref), smallBatch)
        if (read.kind === 'cut' || read.reply.length > 0) return read
      }
      return noted((await seat.wait(waitMs)) ?? nothing, isShared ? firstOnes : batchSize)
    },
    wake: () => seat.wake(),
    close: () => {
      seat.leave()
      alone.leave(ref)
    },
  }
}

function sharingOf({ command, open, consumer, clock }: InboxSourcesContext): Sharing<NewEntries> {
  return {
    command,
    open,
    clock,
    isPunctual: false,
    ask: async (redis, refs, { ms, isShared, closed }) => {
      const wish = { consumer, count: isShared ? firstOnes : batchSize, blockMs: ms }
      const read = await readBounded(redis, { mostBytes: maxReplyBytes, signal: closed }, () =>
        readNewOf(redis, refs, wish),
      )
      // Whatever it was, it has been given to us.
      if (read.kind === 'cut') return new Map(refs.map((ref) => [ref, read]))
      return new Map([...read.reply].map(([ref, reply]) => [ref, { kind: 'whole', reply }]))
    },
  }
}

interface ReadAlone {
  join(ref: DestinationRef): void
  next(ref: DestinationRef): Promise<NewEntries>
  leave(ref: DestinationRef): void
}

/** On one connection, one after the other, because of each reply no more is read than a limit. */
function readAlone({ open, consumer }: InboxSourcesContext): ReadAlone {
  const readers = new Set<DestinationRef>()
  const turns = inTurn()
  let connection: { redis: Redis; closing: AbortController } | undefined
  return {
    join: (ref) => void readers.add(ref),
    next: (ref) =>
      turns(async () => {
        if (!readers.has(ref)) return nothing
        connection ??= { redis: open(), closing: new AbortController() }
        const { redis, closing } = connection
        const wish = { consumer, count: smallBatch, blockMs: undefined }
        return await readBounded(redis, { mostBytes: maxReplyBytes, signal: closing.signal }, () =>
          readNew(openStore(redis, ref), wish),
        )
      }),
    leave: (ref) => {
      if (!readers.delete(ref) || readers.size > 0) return
      connection?.closing.abort()
      connection?.redis.disconnect()
      connection = undefined
    },
  }
}
