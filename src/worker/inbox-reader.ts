import {
  claimAbandoned,
  forgetConsumers,
  readNew,
  readPending,
  type InboxEntry,
} from '../shared/inbox/inbox.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { Place } from '../shared/redis/keys.ts'
import type { Clock } from '../shared/time/clock.ts'

export interface InboxReaderContext {
  redis: Redis
  /** Its own connection: reading new entries blocks it. */
  blocking: Redis
  place: Place
  clock: Clock
  /** This process's name in the consumer group. */
  consumer: string
  /** Entries that another consumer has held for longer are taken over. Doing one twice is safe; see open.lua. */
  abandonedMs: number
}

export interface InboxReader {
  /** The next entries to move: what failed before and has rested, what a dead bridge left behind, or new ones. */
  next(): Promise<InboxEntry[]>
  /** Some of the last ones failed: they come again after `ms`, and hold up nothing meanwhile. */
  retryIn(ms: number): void
}

const batchSize = 200
const blockMs = 2_000
/** While something waits to be tried again, a quiet inbox must not keep it waiting for longer. */
const shortBlockMs = 500
/** A bridge that has not been heard of for a day will not come back under the same name. */
const forgottenMs = 24 * 3_600_000

export function createInboxReader(context: InboxReaderContext): InboxReader {
  const { redis, blocking, place, clock, consumer, abandonedMs } = context
  let retryAtMs: number | undefined
  let nextClaimAtMs = 0

  async function pending(): Promise<InboxEntry[]> {
    if (retryAtMs === undefined || clock.monotonic() < retryAtMs) return []
    retryAtMs = undefined
    return readPending(redis, place, { consumer, count: batchSize })
  }

  async function abandoned(): Promise<InboxEntry[]> {
    if (clock.monotonic() < nextClaimAtMs) return []
    const claim = { consumer, count: batchSize, idleMs: abandonedMs }
    const claimed = await claimAbandoned(redis, place, claim)
    if (claimed.length > 0) return claimed
    await forgetConsumers(redis, place, forgottenMs)
    nextClaimAtMs = clock.monotonic() + abandonedMs / 2
    return []
  }

  return {
    next: async () => {
      const old = await pending()
      if (old.length > 0) return old
      const taken = await abandoned()
      if (taken.length > 0) return taken
      const waitMs = retryAtMs === undefined ? blockMs : shortBlockMs
      return readNew(blocking, place, { consumer, count: batchSize, blockMs: waitMs })
    },
    retryIn: (ms) => {
      retryAtMs = clock.monotonic() + ms
    },
  }
}
