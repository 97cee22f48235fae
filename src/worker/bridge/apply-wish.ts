import { maskNumbersIn } from '../../shared/phone/mask.ts'
import type { CancelWish } from '../../shared/contract/cancel-wish.ts'
import type { Wish } from '../../shared/contract/decode-wish.ts'
import type { RescheduleWish } from '../../shared/contract/reschedule-wish.ts'
import type { WishAnswer } from '../../shared/contract/wish-answer.ts'
import type { WhoAndWhy } from '../../shared/contract/wish.ts'
import { bridgeGroup } from '../../shared/store/inbox/inbox.ts'
import type { Aside } from '../../shared/store/ledger/aside.ts'
import { cancelByEntry, type Cancellation } from '../../shared/store/ledger/cancel.ts'
import { movedJob } from '../../shared/store/ledger/moved-job.ts'
import { rescheduleByEntry, type Rescheduling } from '../../shared/store/ledger/reschedule.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import type { BuryContext } from './bury-entry.ts'

export interface ApplyContext extends BuryContext {
  queue: CallbackQueue
}

/** What an entry of the inbox wants of one callback. */
export interface OneWish<Wanted = Wish> {
  entryId: string
  wish: Wanted
  id: string
}

/** What became of it: an answer, or none yet, or none any more. */
export type Applied =
  { kind: 'answered'; answer: WishAnswer; isFulfilled: boolean } | { kind: 'done' | 'early' }

/** Decided in the ledger; the queue is tidied afterwards. Safe to repeat, by several at once: see wish.lua. */
export function applyWish(context: ApplyContext, { wish, ...about }: OneWish): Promise<Applied> {
  return wish.kind === 'cancel'
    ? applyCancel(context, { ...about, wish })
    : applyReschedule(context, { ...about, wish })
}

async function applyCancel(
  { store, clock, queue, observe, retentionMs }: ApplyContext,
  { entryId, wish, id }: OneWish<CancelWish>,
): Promise<Applied> {
  const nowMs = clock.now()
  const now = isoTimestamp(nowMs)
  const group = bridgeGroup
  const said = { id, entryId, ...whoAndWhy(wish), now, nowMs, retentionMs, group }
  const reply = await cancelByEntry(store, said)
  if (reply.kind !== 'cancelled') return resultOf(id, reply)
  // One that a worker has just been given is left: it finds in the ledger that there is nothing to do.
  await queue.remove({ id, generation: reply.generation })
  const { at } = reply
  const isFulfilled = at === now
  const { destination } = store.ref
  if (isFulfilled) observe({ event: 'callback.cancelled', destination, id, entryId })
  return { kind: 'answered', answer: { id, outcome: 'cancelled', at }, isFulfilled }
}

async function applyReschedule(
  { store, queue, observe }: ApplyContext,
  { entryId, wish, id }: OneWish<RescheduleWish>,
): Promise<Applied> {
  const { delay, notBefore } = wish.time
  const said = { id, entryId, ...whoAndWhy(wish), delayMs: delay, notBefore }
  const reply = await rescheduleByEntry(store, said)
  if (reply.kind !== 'moved') return resultOf(id, reply)
  const job = movedJob(id, reply)
  // One that a worker has just been given is left: it finds in the ledger when it is due.
  if (job !== undefined) await queue.reenqueue(job)
  const { dueAt } = reply
  observe({ event: 'callback.moved', destination: store.ref.destination, id, entryId, dueAt })
  return { kind: 'answered', answer: { id, outcome: 'moved', dueAt }, isFulfilled: true }
}

function whoAndWhy({ by, reason }: WhoAndWhy) {
  return { by: by && maskNumbersIn(by), why: reason && maskNumbersIn(reason) }
}

type NotFulfilled = Exclude<Cancellation | Rescheduling | Aside, { kind: 'moved' }>

function resultOf(id: string, reply: NotFulfilled): Applied {
  if (reply.kind === 'done' || reply.kind === 'early') return { kind: reply.kind }
  return { kind: 'answered', answer: { id, ...outcomeOf(reply) }, isFulfilled: false }
}

function outcomeOf(reply: NotFulfilled) {
  switch (reply.kind) {
    case 'cancelled':
      return { outcome: 'cancelled', at: reply.at } as const
    case 'booked':
      return { outcome: 'booked', recordId: reply.recordId } as const
    case 'dead':
      return { outcome: 'dead', reason: reply.reason } as const
    case 'expires-first':
      return { outcome: 'expires-first', expiresAt: reply.expiresAt } as const
    case 'unknown-version':
      throw new Error(`the ledger has version ${reply.version}; this worker knows version 1`)
    case 'missing':
      return { outcome: 'unknown' } as const
    case 'under-way':
      return { outcome: 'under-way' } as const
    default:
      return { outcome: 'outdated' } as const
  }
}
