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
  /** A bridge that has had entries to move for longer and moved none, or not looked for any, does not do its work. */
  stalledMs: number
  looks: Looks
}

export interface InboxReader {
  /**
   * The next entries to move: what failed before and has rested, what a dead bridge left behind, or new ones. None for a
   * while, where the intake is paused: what is new waits in the inbox.
   */
  next(): Promise<InboxEntry[]>
  /** Some of the last ones failed: they come again after `ms`, and hold up nothing meanwhile. */
  retryIn(ms: number): void
  /** False while entries that were given to it are to be read again. */
  isDone(): boolean
}

const batchSize = 200
/** So long it waits for new ones while nothing else is to be done. Whatever else there is, a look says. */
const longestWaitMs = 30_000
/** How often it looks, while the intake is paused, whether it still is, and at the door. */
const pausedMs = 1_000
/** While something waits to be tried again, a quiet inbox must not keep it waiting for longer. */
const shortBlockMs = 500
const forgetEveryMs = 3_600_000
/** A bridge that has not been heard of for a day will not come back under the same name. */
const forgottenMs = 24 * 3_600_000
const fromTheBeginning = '0-0'

/** `stopping`: it is read no more. */
export function createInboxReader(context: InboxReaderContext, stopping: AbortSignal): InboxReader {
  const { store, inbox, clock, consumer, abandonedMs, stalledMs, looks } = context
  const door = watchDoor(context)
  const forget = forgetNowAndThen(context)
  let retryAtMs: number | undefined
  let nextClaimAtMs = 0
  /** Where the next page of what is pending begins, while it is being gone through. */
  let pendingAfter: string | undefined
  const news = watchNews(context, () => clock.monotonic() >= nextClaimAtMs, stopping)

  async function pending(): Promise<InboxEntry[]> {
    if (retryAtMs !== undefined && clock.monotonic() >= retryAtMs) {
      retryAtMs = undefined
      pendingAfter = fromTheBeginning
    }
    while (pendingAfter !== undefined) {
      const wish = { consumer, count: batchSize, afterEntryId: pendingAfter }
      const page: EntryPage = await readPending(store, wish)
      pendingAfter = page.nextAfter
      if (page.entries.length > 0) return page.entries
    }
    return []
  }

  async function abandoned(): Promise<InboxEntry[]> {
    if (clock.monotonic() < nextClaimAtMs || !(await looks.latest()).hasPending) return []
    const claim = { consumer, count: batchSize, idleMs: abandonedMs }
    const { entries, nextAfter } = await claimAbandoned(store, claim)
    // What was claimed and is yet to be read is pending.
    pendingAfter = nextAfter
    if (entries.length === 0 && nextAfter === undefined) {
      nextClaimAtMs = clock.monotonic() + abandonedMs / 2
    }
    return entries
  }

  function waitMs(): number {
    const restMs = retryAtMs === undefined ? Math.min(longestWaitMs, stalledMs / 2) : shortBlockMs
    // Not 0, for ever.
    return Math.max(1, Math.ceil(Math.min(restMs, door.restsForMs())))
  }

  async function fresh(): Promise<InboxEntry[]> {
    const known = news()
    const { hasDoor, pause } = await looks.latest()
    // What lies there is accepted when it is moved: also while the intake is paused, so that its time begins.
    await door.look(hasDoor)
    if (pause !== undefined && clock.now() < (pause.untilMs ?? Infinity)) {
      await rest(clock, Math.min(waitMs(), pausedMs), stopping)
      return []
    }
    // Nobody would have been there to be woken.
    if (news() !== known) return []
    const read = await inbox.next(waitMs())
    if (read.kind === 'whole') return read.reply
    // Whatever it was, it has been given to us.
    pendingAfter = fromTheBeginning
    return []
  }

  return {
    next: async () => {
      const old = await pending()
      if (old.length > 0) return old
      const taken = await abandoned()
      if (taken.length > 0 || pendingAfter !== undefined) return taken
      await forget()
      return fresh()
    },
    retryIn: (ms) => {
      retryAtMs = clock.monotonic() + ms
      pendingAfter = undefined
      // It may wait for longer than that.
      inbox.wake()
    },
    isDone: () => retryAtMs === undefined && pendingAfter === undefined,
  }
}

/** Every worker's start makes a consumer. */
function forgetNowAndThen({ store, clock }: InboxReaderContext): () => Promise<void> {
  let nextAtMs = 0
  return async () => {
    if (clock.monotonic() < nextAtMs) return
    await forgetConsumers(store, forgottenMs)
    nextAtMs = clock.monotonic() + forgetEveryMs
  }
}

/** Counts the looks that show that there is more to do than to wait for entries, and wakes whoever waits for some. */
function watchNews(
  { looks, inbox }: InboxReaderContext,
  mayClaim: () => boolean,
  stopping: AbortSignal,
): () => number {
  let count = 0
  looks.watch(({ hasDoor, hasPending, pause }) => {
    if (!hasDoor && pause === undefined && !(hasPending && mayClaim())) return
    count += 1
    inbox.wake()
  }, stopping)
  return () => count
}
