import { horizonMs } from '../../shared/delivery/horizon.ts'
import { bridgeGroup, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { answerWish } from '../../shared/store/inbox/wish-answer.ts'
import {
  confirmAll,
  type Confirmation,
  type ConfirmInput,
} from '../../shared/store/ledger/confirm.ts'
import { openAll, type OpenResult } from '../../shared/store/ledger/open.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Intent } from '../../shared/contract/intent.ts'
import type { Turns } from '../turns.ts'
import type { CallbackQueue, QueueItem } from '../../queue/callback-queue.ts'
import { buryEntry, type BuryContext, type Rejection } from './bury-entry.ts'
import { expiryOf } from './expiry-of.ts'
import { handOverOthers, type HandOverContext } from './hand-over-others.ts'
import {
  openedEntry,
  readEntry,
  tooLate,
  type OpenContext,
  type OpenedEntry,
  type Opening,
  type ReadEntry,
} from './open-entry.ts'
import { judgeSealed, type JudgedOpening } from './judge-sealed.ts'

export interface MoveContext extends BuryContext, OpenContext, HandOverContext {
  queue: CallbackQueue
  turns: Turns
  /** How long after it was due a callback that names no `expiresAt` is too old to be sent. */
  expireAfterMs?: number | undefined
}

/**
 * Intents, together: the ledgers of all are opened by one script, the jobs of those that are due soon added in one write to the
 * socket, and all of them confirmed by one script, which puts off the others. Each step is safe to repeat. What fails for one of them
 * fails for all, and is to be tried again for each alone.
 */
export async function movePage(context: MoveContext, given: readonly InboxEntry[]): Promise<void> {
  const page = await handOverOthers(context, given)
  const reads = await Promise.all(page.map((entry) => readEntry(context, entry)))
  const opened = await openRead(context, page, reads)
  await Promise.all(opened.map((each) => addJob(context, each)))
  await confirmOpened(context, opened)
}

interface Moving {
  entry: InboxEntry
  intent: Intent
  opening: Opening
  /** Undefined: there is none to be added. */
  job: OpenedJob | undefined
  /** It is due so late that the schedule keeps it. */
  isPutOff: boolean
}

/** Those that are callbacks. What is none is buried. */
async function openRead(
  context: MoveContext,
  page: readonly InboxEntry[],
  reads: readonly ReadEntry[],
): Promise<Moving[]> {
  const openings = (await openJudged(context, reads)).values()
  const nowMs = context.clock.now()
  const moving: Moving[] = []
  const buried: Promise<void>[] = []
  for (const [index, entry] of page.entries()) {
    const became = becomeOf(reads[index], openings)
    if (became.kind === 'unfit') buried.push(buryUnfit(context, entry, became.rejection))
    else moving.push({ entry, ...became, isPutOff: isLater(became.job, nowMs) })
  }
  await Promise.all(buried)
  return moving
}

/** Of each that is an intent, in their order. */
async function openJudged(
  context: MoveContext,
  reads: readonly ReadEntry[],
): Promise<JudgedOpening[]> {
  const intents = reads.filter((read) => read.kind === 'intent')
  const inputs = intents.map(({ input }) => input)
  const openings = await openAll(context.store, {}, inputs)
  return await Promise.all(
    intents.map((read, index) => judgeSealed(context, read, openings[index])),
  )
}

type Became =
  | { kind: 'unfit'; rejection: Rejection }
  | ({ kind: 'callback' } & Omit<Moving, 'entry' | 'isPutOff'>)

function becomeOf(read: ReadEntry | undefined, openings: Iterator<JudgedOpening>): Became {
  if (read === undefined) throw new Error('an entry was not read')
  if (read.kind === 'unfit') return read
  const opening = openings.next()
  if (opening.done === true) throw new Error('an entry was not opened')
  const opened = openedEntry(read.intent, opening.value)
  return opened.kind === 'unfit' ? opened : withJob(opened)
}

function withJob({ kind, intent, opening }: Extract<OpenedEntry, { kind: 'callback' }>): Became {
  const job = opening.kind === 'schedule' ? jobOf(intent, opening) : undefined
  const late = job && tooLate(intent, job.dueAt)
  return late === undefined ? { kind, intent, opening, job } : { kind: 'unfit', rejection: late }
}

async function buryUnfit(
  context: MoveContext,
  entry: InboxEntry,
  rejection: Rejection,
): Promise<void> {
  const { code, message } = rejection
  // Whoever wants something of a callback looks for the answer, and not for a dead letter.
  if (entry.wishes > 0) {
    await answerWish(context.store, { entryId: entry.entryId, answer: { code, message } })
  }
  await buryEntry(context, entry, rejection)
}

function isLater(job: OpenedJob | undefined, nowMs: number): boolean {
  return job !== undefined && delayOf(job, nowMs) > horizonMs
}

async function addJob({ queue, clock }: MoveContext, { job, isPutOff }: Moving): Promise<void> {
  if (job !== undefined && !isPutOff)
    await queue.add({ delayMs: delayOf(job, clock.now()), ...job })
}

async function confirmOpened(context: MoveContext, opened: readonly Moving[]): Promise<void> {
  const { store, clock, expireAfterMs } = context
  const nowMs = clock.now()
  const inputs = opened.map(({ entry, intent, opening, job, isPutOff }): ConfirmInput => ({
    id: intent.id,
    entryId: entry.entryId,
    putOffUntilMs: job && isPutOff ? epochMsOf(job.dueAt) : undefined,
    nthOfNumber: opening.kind === 'duplicate' ? undefined : opening.nth,
    ...expiryOf(intent, opening, { expireAfterMs, nowMs }),
  }))
  const confirming = { group: bridgeGroup, now: isoTimestamp(nowMs) }
  const confirmations = await confirmAll(store, confirming, inputs)
  await Promise.all(
    confirmations.map((confirmation, index) => follow(context, opened[index], confirmation)),
  )
}

async function follow(
  { store, queue, clock, observe }: MoveContext,
  moving: Moving | undefined,
  { scheduled, nth, movedTo }: Confirmation,
): Promise<void> {
  if (moving === undefined) throw new Error('what was not opened was confirmed')
  const { entry, intent, opening, job, isPutOff } = moving
  const { destination } = store.ref
  const { id } = intent
  // Somebody has moved it since it was opened. The schedule has been told.
  if (job !== undefined && !isPutOff && movedTo !== undefined && movedTo !== job.dueAt) {
    const delayMs = delayOf({ ...job, dueAt: movedTo }, clock.now())
    await queue.reenqueue({ delayMs, ...job })
  }
  if (nth !== undefined) observe({ event: 'number.repeated', destination, id, nth })
  if (opening.kind === 'duplicate') {
    observe({ event: 'entry.duplicate', destination, id, entryId: entry.entryId })
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
