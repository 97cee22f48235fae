import { setImmediate as letOthersRun } from 'node:timers/promises'

import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import { bridgeGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { answerWish } from '../../shared/store/inbox/wish-answer.ts'
import { confirm } from '../../shared/store/ledger/confirm.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import type { OpenResult } from '../../shared/store/ledger/open.ts'
import type { CallbackQueue, QueueItem } from '../../queue/callback-queue.ts'
import { buryEntry, type BuryContext } from './bury-entry.ts'
import { fulfilWish } from './fulfil-wish.ts'
import { inParts } from './in-parts.ts'
import { isPoisonMessage } from '../../shared/redis/poison.ts'
import { expiryOf } from './expiry-of.ts'
import {
  idsOfLetter,
  openEntry,
  tooLate,
  type OpenContext,
  type OpenedEntry,
} from './open-entry.ts'

export interface MoveContext extends BuryContext, OpenContext {
  queue: CallbackQueue
  /** How long after it was due a callback that names no `expiresAt` is too old to be sent. */
  expireAfterMs?: number | undefined
}

/** How often an entry that makes our own code fail is tried before it becomes a dead letter. */
const maxTries = 5
/** So long entries are decoded in one go: locks are renewed and health is answered between two such slices. */
const sliceMs = 10

/** True if every entry got where it belongs. Each stands for itself: one that fails holds up no other. */
export type MoveEntries = (entries: readonly InboxEntry[]) => Promise<boolean>

/** `onMoved` hears of each entry that got where it belongs. */
export function createMoveEntries(context: MoveContext, onMoved: () => void): MoveEntries {
  const { clock } = context
  const tries = new Map<string, number>()

  async function moveAll(entries: readonly InboxEntry[]): Promise<boolean> {
    let isDone = true
    for (const part of inParts(entries)) isDone = (await moveTogether(part)) && isDone
    return isDone
  }

  async function moveTogether(entries: readonly InboxEntry[]): Promise<boolean> {
    const moves: Promise<boolean>[] = []
    let sliceBeganMs = clock.monotonic()
    for (const entry of entries) {
      if (clock.monotonic() - sliceBeganMs >= sliceMs) {
        await letOthersRun()
        sliceBeganMs = clock.monotonic()
      }
      moves.push(moveOrReport(entry))
    }
    return (await Promise.all(moves)).every(Boolean)
  }

  async function moveOrReport(entry: InboxEntry): Promise<boolean> {
    try {
      const isDone = await moveEntry(context, entry)
      tries.delete(entry.entryId)
      onMoved()
      return isDone
    } catch (error) {
      return giveUpOrRetry(entry, error)
    }
  }

  async function giveUpOrRetry(entry: InboxEntry, error: unknown): Promise<boolean> {
    const { entryId } = entry
    reportFailure(context, entryId, error)
    if (!isPoisonMessage(error)) return false
    const failures = (tries.get(entryId) ?? 0) + 1
    tries.set(entryId, failures)
    if (failures < maxTries) return false
    return giveUp(entry, messageOf(error))
  }

  /** What cannot even be buried is tried again from the beginning, and holds up no other either. */
  async function giveUp(entry: InboxEntry, why: string): Promise<boolean> {
    tries.delete(entry.entryId)
    try {
      await buryEntry(context, entry, {
        ...anyIdsOf(entry),
        reason: 'invalid',
        code: 'unprocessable',
        message: `${entry.wish?.kind ?? 'intent'}: could not be taken in after ${maxTries} tries: ${why}`,
      })
      onMoved()
      return true
    } catch (error) {
      reportFailure(context, entry.entryId, error)
      return false
    }
  }

  return moveAll
}

export function reportFailure(
  { observe, store }: Pick<MoveContext, 'observe' | 'store'>,
  entryId: string | undefined,
  error: unknown,
): void {
  const { destination } = store.ref
  observe({ event: 'bridge.failed', destination, entryId, message: messageOf(error) })
}

/** Of one that cannot even be decoded too. */
function anyIdsOf(entry: InboxEntry): ReturnType<typeof idsOfLetter> {
  try {
    return idsOfLetter(entry)
  } catch {
    return { id: entryDeadLetterId(entry.entryId) }
  }
}

/** False: it is to be tried again. */
async function moveEntry(context: MoveContext, entry: InboxEntry): Promise<boolean> {
  if (entry.wish !== undefined) return await fulfilWish(context, entry, entry.wish)
  const opened = await openEntry(context, entry)
  if (opened.kind === 'callback') {
    await schedule(context, entry, opened)
    return true
  }
  const { code, message } = opened.rejection
  // Whoever wants something of a callback looks for the answer, and not for a dead letter.
  if (entry.wishes > 0) {
    await answerWish(context.store, { entryId: entry.entryId, answer: { code, message } })
  }
  await buryEntry(context, entry, opened.rejection)
  return true
}

async function schedule(
  context: MoveContext,
  entry: InboxEntry,
  { intent, opening }: Extract<OpenedEntry, { kind: 'callback' }>,
): Promise<void> {
  const { store, clock, observe, queue, expireAfterMs } = context
  const { destination } = store.ref
  const { entryId } = entry
  const { id } = intent
  const nowMs = clock.now()
  const job = opening.kind === 'schedule' ? jobOf(intent, opening) : undefined
  if (job !== undefined) {
    const late = tooLate(intent, job.dueAt)
    if (late !== undefined) {
      await buryEntry(context, entry, late)
      return
    }
    await queue.add({ ...job, delayMs: delayOf(job, nowMs) })
  }
  const { scheduled, nth, movedTo } = await confirm(store, {
    id,
    entryId,
    group: bridgeGroup,
    nthOfNumber: opening.kind === 'duplicate' ? undefined : opening.nth,
    ...expiryOf(intent, opening, { expireAfterMs, nowMs }),
    now: isoTimestamp(clock.now()),
  })
  // Somebody has moved it since it was opened.
  if (job !== undefined && movedTo !== undefined && movedTo !== job.dueAt) {
    await queue.reenqueue({ ...job, delayMs: delayOf({ ...job, dueAt: movedTo }, clock.now()) })
  }
  if (nth !== undefined) observe({ event: 'number.repeated', destination, id, nth })
  if (opening.kind === 'duplicate') {
    observe({ event: 'entry.duplicate', destination, id, entryId })
  } else if (opening.kind === 'schedule' && scheduled) {
    observe({ event: 'callback.scheduled', destination, id, dueAt: opening.dueAt })
  }
}

type OpenedJob = Omit<QueueItem, 'delayMs'> & { acceptedAt: string; dueAt: string }

function jobOf(
  { id, priority, requestedAt }: Intent,
  { generation, acceptedAt, dueAt }: Extract<OpenResult, { kind: 'schedule' }>,
): OpenedJob {
  const requestedAtMs = epochMsOf(requestedAt ?? acceptedAt)
  return { id, generation, priority, requestedAtMs, acceptedAt, dueAt }
}

/**
 * What was due when Redis took its entry is due, whatever the clock says: ours lags Redis' by the length of an answer, and a
 * job with a delay of one millisecond waits for the next tick of Redis' own timer.
 */
function delayOf({ acceptedAt, dueAt }: Pick<OpenedJob, 'acceptedAt' | 'dueAt'>, nowMs: number) {
  return dueAt <= acceptedAt ? 0 : Math.max(0, epochMsOf(dueAt) - nowMs)
}
