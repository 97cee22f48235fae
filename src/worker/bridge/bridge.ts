import { createLanes, type Lanes } from '../../queue/lanes.ts'
import { aborted } from '../../shared/lifecycle/aborted.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import { createService, type Service } from '../../shared/lifecycle/service.ts'
import { ensureInboxGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { InboxSource } from './inbox-source.ts'
import { createInboxReader, type InboxReader, type InboxReaderContext } from './inbox-reader.ts'
import { createMoveEntries, reportFailure, type MoveEntries } from './move-entries.ts'
import type { MoveContext } from './move-page.ts'
import { tracedMove } from './traced-move.ts'

export interface BridgeContext extends Omit<InboxReaderContext, 'inbox'>, MoveContext {
  /** Where new entries come from; it closes what it was given. */
  openInbox: () => InboxSource
}

/** `stalled`: entries wait, and it gets none of them to where it belongs. */
export interface Bridge extends Service {
  /** While Redis was away it was Redis that was not ready. */
  redisIsBack(): void
}

/** How long an entry that could not be taken in rests before it is tried again. */
export const retryDelayMs = 1_000
/** While one of them is moved, which is mostly Redis' work, the next one is read, which is mostly ours. */
const batchesAtOnce = 2

/**
 * Inbox → ledger → queue. A page of entries takes three steps: open the ledgers, add the jobs, confirm; each is safe to repeat,
 * so a crash between any two is completed by the next reader of the entries. Without the bridge nothing enters.
 */
export function createBridge(context: BridgeContext): Bridge {
  const progress = watchProgress(context.clock)
  const service = createService(
    'bridge',
    async (stopping) => {
      progress.note()
      const inbox = context.openInbox()
      // Whatever it was just being given stays pending in the group, and the next bridge takes it over.
      void aborted(stopping).then(() => inbox.close())
      const reader = createInboxReader({ ...context, inbox }, stopping)
      const moveAll = createMoveEntries(context, progress.note)
      const underWay = createLanes(batchesAtOnce)
      await moveUntilStopped({ context, reader, moveAll, progress, underWay }, stopping)
    },
    () => progress.idleMs() >= context.stalledMs,
  )
  return { ...service, redisIsBack: progress.note }
}

interface Progress {
  /** An entry got to where it belongs, there is none, or there was no Redis to ask for any. */
  note: () => void
  idleMs: () => number
}

function watchProgress(clock: Clock): Progress {
  let notedAtMs = clock.monotonic()
  return {
    note: () => {
      notedAtMs = clock.monotonic()
    },
    idleMs: () => clock.monotonic() - notedAtMs,
  }
}

interface Moving {
  context: BridgeContext
  reader: InboxReader
  moveAll: MoveEntries
  progress: Progress
  underWay: Lanes
}

async function moveUntilStopped(moving: Moving, stopping: AbortSignal): Promise<void> {
  let hasGroup = false
  while (!stopping.aborted) hasGroup = await processBatch(moving, hasGroup, stopping)
  await moving.underWay.empty()
}

/** False: the group may be gone. */
async function processBatch(
  moving: Moving,
  hasGroup: boolean,
  stopping: AbortSignal,
): Promise<boolean> {
  const { context, reader } = moving
  try {
    if (!hasGroup) await ensureInboxGroup(context.store)
    await moveSome(moving)
    return true
  } catch (error) {
    if (stopping.aborted) return false
    reportFailure(context, undefined, error)
    reader.retryIn(0)
    await rest(context.clock, retryDelayMs, stopping)
    // Whatever it was, the group may be gone with it: somebody may have deleted the stream.
    return false
  }
}

async function moveSome(moving: Moving): Promise<void> {
  const { reader, progress, underWay } = moving
  // What failed is among what is pending, and so is what somebody is still busy with.
  if (!reader.isDone()) await underWay.empty()
  const entries = await reader.next()
  if (entries.length === 0) {
    if (reader.isDone() && underWay.isEmpty()) progress.note()
    return
  }
  const hasWish = entries.some(({ wish }) => wish !== undefined)
  // What is wanted of a callback waits for what was sent before it (wish.lua sees to that): begun too early, it would be tried again
  // a second later.
  if (hasWish) await underWay.empty()
  await underWay.room()
  underWay.run(() => moveOrRetry(moving, entries))
  if (hasWish) await underWay.empty()
}

async function moveOrRetry(
  { context, reader, moveAll }: Moving,
  entries: readonly InboxEntry[],
): Promise<void> {
  try {
    if (await tracedMove(context.store, entries, moveAll)) return
  } catch (error) {
    reportFailure(context, undefined, error)
  }
  reader.retryIn(retryDelayMs)
}
