import {
  claimAbandoned,
  forgetConsumers,
  readPending,
  type EntryPage,
  type InboxEntry,
} from '../../shared/store/inbox/inbox.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import type { Looks } from '../looks.ts'
import { watchDoor, type DoorContext } from './door.ts'
import type { InboxSource } from './inbox-source.ts'

export interface InboxReaderContext extends DoorContext {
  /** Where new entries come from. */
  inbox: InboxSource
  /** This process's name in the consumer group. */
  consumer: string
  /** Entries that another consumer has held for longer are taken over. Doing one twice is safe; see open.lua. */
  abandonedMs: number
  looks: Looks
}

export interface InboxReader {
  /**
   * The next entries to move: what failed before and has rested, what a dead bridge left behind, or new ones. None for a
   * while, where the intake is paused: what is new waits in the inbox.
   */
  next(signal: AbortSignal): Promise<InboxEntry[]>
  /** Some of the last ones failed: they come again after `ms`, and hold up nothing meanwhile. */
  retryIn(ms: number): void
  /** False while entries that were given to it are to be read again. */
  isDone(): boolean
}

const batchSize = 200
/** While something waits to be tried again, a quiet inbox must not keep it waiting for longer. */
const shortBlockMs = 500
const forgetEveryMs = 3_600_000
/** A bridge that has not been heard of for a day will not come back under the same name. */
const forgottenMs = 24 * 3_600_000
const fromTheBeginning = '0-0'

export function createInboxReader(context: InboxReaderContext): InboxReader {
  const { store, inbox, clock, consumer, abandonedMs, looks } = context
  const door = watchDoor(context)
  let retryAtMs: number | undefined
  let nextClaimAtMs = 0
  let nextForgetAtMs = 0
  /** Where the next page of what is pending begins, while it is being gone through. */
  let pendingAfter: string | undefined

  async function pending(): Promise<InboxEntry[]> {
    if (retryAtMs !== undefined && clock.monotonic() >= retryAtMs) {
      retryAtMs = undefined
      pendingAfter = fromTheBeginning
    }
    while (pendingAfter !== undefined) {
      const page: EntryPage = await readPending(store, {
        consumer,
        count: batchSize,
        afterEntryId: pendingAfter,
      })
      pendingAfter = page.nextAfter
      if (page.entries.length > 0) return page.entries
    }
    return []
  }

  async function abandoned(): Promise<InboxEntry[]> {
    if (clock.monotonic() < nextClaimAtMs) return []
    const claim = { consumer, count: batchSize, idleMs: abandonedMs }
    const { entries, nextAfter } = await claimAbandoned(store, claim)
    // What was claimed and is yet to be read is pending.
    pendingAfter = nextAfter
    if (entries.length > 0 || nextAfter !== undefined) return entries
    nextClaimAtMs = clock.monotonic() + abandonedMs / 2
    if (clock.monotonic() < nextForgetAtMs) return []
    await forgetConsumers(store, forgottenMs)
    nextForgetAtMs = clock.monotonic() + forgetEveryMs
    return []
  }

  async function fresh(signal: AbortSignal): Promise<InboxEntry[]> {
    const { hasDoor, pause } = await looks.latest()
    // What lies there is accepted when it is moved: also while the intake is paused, so that its time begins.
    await door.look(hasDoor)
    // No longer than what is known of a pause holds: who waits is given what comes, whatever was said meanwhile. Not 0, for
    // ever.
    const restMs = Math.min(looks.freshForMs(), door.restsForMs())
    const knownMs = Math.max(1, Math.ceil(restMs))
    const waitMs = retryAtMs === undefined ? knownMs : Math.min(knownMs, shortBlockMs)
    if (pause !== undefined && clock.now() < (pause.untilMs ?? Infinity)) {
      await rest(clock, waitMs, signal)
      return []
    }
    const read = await inbox.next(waitMs)
    if (read.kind === 'whole') return read.reply
    // Whatever it was, it has been given to us.
    pendingAfter = fromTheBeginning
    return []
  }

  return {
    next: async (signal) => {
      const old = await pending()
      if (old.length > 0) return old
      const taken = await abandoned()
      if (taken.length > 0) return taken
      return fresh(signal)
    },
    retryIn: (ms) => {
      retryAtMs = clock.monotonic() + ms
      pendingAfter = undefined
    },
    isDone: () => retryAtMs === undefined && pendingAfter === undefined,
  }
}
