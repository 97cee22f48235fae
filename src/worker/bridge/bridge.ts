import { ensureInboxGroup } from '../../shared/store/inbox/inbox.ts'
import { createInboxReader, type InboxReaderContext } from './inbox-reader.ts'
import { createMover, reportFailure, type MoveContext } from './move-entries.ts'

export interface BridgeContext extends InboxReaderContext, MoveContext {
  /** A bridge that has had entries to move for longer, and moved none, does not do its work. */
  stalledMs: number
}

export interface Bridge {
  /** Moves entries until the signal is aborted. Never rejects: what goes wrong is observed and tried again. */
  run(signal: AbortSignal): Promise<void>
  /** False when it is stopped, and while entries wait and it gets none of them to where it belongs. */
  isWorking(): boolean
  /** While Redis was away it was Redis that was not ready. */
  redisIsBack(): void
}

/** How long an entry that could not be taken in rests before it is tried again. */
export const restMs = 1_000

/**
 * Inbox → ledger → queue. Each entry takes three steps: open the ledger, add the job, confirm; each is safe to repeat,
 * so a crash between any two is completed by the next reader of the entry. Without the bridge nothing enters.
 */
export function createBridge(context: BridgeContext): Bridge {
  const reader = createInboxReader(context)
  const { clock } = context
  const moveAll = createMover(context, noteWork)
  let running = false
  let hasGroup = false
  let workedAtMs = clock.monotonic()

  /** An entry got to where it belongs, there is none, or there was no Redis to ask for any. */
  function noteWork(): void {
    workedAtMs = clock.monotonic()
  }

  async function turn(signal: AbortSignal): Promise<void> {
    try {
      if (!hasGroup) await ensureInboxGroup(context.redis, context.place)
      hasGroup = true
      const entries = await reader.next(signal)
      if (entries.length === 0 && reader.isDone()) noteWork()
      if (!(await moveAll(entries))) reader.retryIn(restMs)
    } catch (error) {
      if (signal.aborted) return
      reportFailure(context, undefined, error)
      // Whatever it was, the group may be gone with it: somebody may have deleted the stream.
      hasGroup = false
      reader.retryIn(0)
      await clock.sleep(restMs, signal).catch(() => {
        // Woken to stop.
      })
    }
  }

  return {
    isWorking: () => running && clock.monotonic() - workedAtMs < context.stalledMs,
    redisIsBack: noteWork,
    run: async (signal) => {
      running = true
      noteWork()
      while (!signal.aborted) await turn(signal)
      running = false
    },
  }
}
