import { decodeIntent } from '../shared/contract/decode-intent.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { bridgeGroup, ensureInboxGroup, type InboxEntry } from '../shared/inbox/inbox.ts'
import { confirm } from '../shared/redis/confirm-script.ts'
import { epochMsOf, isoTimestamp } from '../shared/time/timestamp.ts'
import { buryEntry, type BurialContext } from './bury-entry.ts'
import { createInboxReader, type InboxReaderContext } from './inbox-reader.ts'
import { isPoison } from './is-poison.ts'
import { idsOfLetter, openEntry, tooLate, type OpenedEntry } from './open-entry.ts'
import type { CallbackQueue } from './queue.ts'

export interface BridgeContext extends InboxReaderContext, BurialContext {
  queue: CallbackQueue
}

export interface Bridge {
  /** Moves entries until the signal is aborted. Never rejects: what goes wrong is observed and tried again. */
  run(signal: AbortSignal): Promise<void>
  isRunning(): boolean
}

/** How long an entry that could not be taken in rests before it is tried again. */
export const restMs = 1_000
/** How often an entry that makes our own code fail is tried before it becomes a dead letter. */
const maxTries = 5

/**
 * Inbox → ledger → queue. Each entry takes three steps: open the ledger, add the job, confirm; each is safe to repeat,
 * so a crash between any two is made good by whoever reads the entry next. Without the bridge nothing enters.
 */
export function createBridge(context: BridgeContext): Bridge {
  const tries = new Map<string, number>()
  const reader = createInboxReader(context)
  let running = false
  let hasGroup = false

  /** True if every entry got where it belongs. Each stands for itself: one that fails holds up no other. */
  async function moveAll(entries: readonly InboxEntry[]): Promise<boolean> {
    const moved = await Promise.all(entries.map((entry) => moveOrReport(entry)))
    return moved.every(Boolean)
  }

  async function moveOrReport(entry: InboxEntry): Promise<boolean> {
    try {
      await moveEntry(context, entry)
      tries.delete(entry.entryId)
      return true
    } catch (error) {
      return await giveUpOrRetry(entry, error)
    }
  }

  async function giveUpOrRetry(entry: InboxEntry, error: unknown): Promise<boolean> {
    const { entryId } = entry
    const { destination } = context.place
    const message = messageOf(error)
    context.observe({ event: 'bridge.failed', destination, entryId, message })
    if (!isPoison(error)) return false
    const failures = (tries.get(entryId) ?? 0) + 1
    tries.set(entryId, failures)
    if (failures < maxTries) return false
    tries.delete(entryId)
    await buryEntry(context, entry, {
      ...idsOfLetter(decodeIntent(entry.intent), entry),
      reason: 'invalid',
      code: 'unprocessable',
      message: `intent: could not be taken in after ${maxTries} tries: ${message}`,
    })
    return true
  }

  async function turn(signal: AbortSignal): Promise<void> {
    try {
      if (!hasGroup) await ensureInboxGroup(context.redis, context.place)
      hasGroup = true
      const entries = await reader.next()
      if (!(await moveAll(entries))) reader.retryIn(restMs)
    } catch (error) {
      if (signal.aborted) return
      const { destination } = context.place
      const message = messageOf(error)
      context.observe({ event: 'bridge.failed', destination, entryId: undefined, message })
      // Whatever it was, the group may be gone with it: somebody may have deleted the stream.
      hasGroup = false
      reader.retryIn(0)
      await context.clock.sleep(restMs, signal).catch(() => {
        // Woken to stop.
      })
    }
  }

  return {
    isRunning: () => running,
    run: async (signal) => {
      running = true
      while (!signal.aborted) await turn(signal)
      running = false
    },
  }
}

async function moveEntry(context: BridgeContext, entry: InboxEntry): Promise<void> {
  const opened = await openEntry(context, entry)
  if (opened.kind === 'unfit') await buryEntry(context, entry, opened.burial)
  else await schedule(context, entry, opened)
}

async function schedule(
  context: BridgeContext,
  entry: InboxEntry,
  { intent, opening }: Extract<OpenedEntry, { kind: 'callback' }>,
): Promise<void> {
  const { redis, place, clock, observe, queue } = context
  const { destination } = place
  const { entryId } = entry
  const { id, callbackNumber } = intent
  if (opening.kind === 'schedule') {
    const { generation, acceptedAt, dueAt } = opening
    const late = tooLate(intent, dueAt)
    if (late !== undefined) {
      await buryEntry(context, entry, late)
      return
    }
    const delayMs = delayOf({ acceptedAt, dueAt, nowMs: clock.now() })
    await queue.add({ id, generation, priority: intent.priority, delayMs })
  }
  const { scheduled, nth } = await confirm(redis, {
    ...{ place, id, entryId, group: bridgeGroup, callbackNumber },
    now: isoTimestamp(clock.now()),
  })
  if (nth !== undefined) observe({ event: 'number.repeated', destination, id, nth })
  if (opening.kind === 'duplicate') {
    observe({ event: 'entry.duplicate', destination, id, entryId })
  } else if (opening.kind === 'schedule' && scheduled) {
    observe({ event: 'callback.scheduled', destination, id, dueAt: opening.dueAt })
  }
}

/**
 * What was due when Redis took its entry is due, whatever the clock says: ours lags Redis' by the length of an answer, and a
 * job with a delay of one millisecond waits for the next tick of Redis' own timer.
 */
function delayOf(times: { acceptedAt: string; dueAt: string; nowMs: number }): number {
  const { acceptedAt, dueAt, nowMs } = times
  return dueAt <= acceptedAt ? 0 : Math.max(0, epochMsOf(dueAt) - nowMs)
}
