import { maskNumbersIn } from '../../shared/phone/mask.ts'
import type { CancelWish } from '../../shared/contract/cancel-wish.ts'
import type { Wish } from '../../shared/contract/decode-wish.ts'
import type { RescheduleWish } from '../../shared/contract/reschedule-wish.ts'
import type { WhoAndWhy } from '../../shared/contract/wish.ts'
import { bridgeGroup } from '../../shared/store/inbox/inbox.ts'
import type { Aside } from '../../shared/store/ledger/aside.ts'
import { cancelByEntry, type Cancellation } from '../../shared/store/ledger/cancel.ts'
import { movedJob } from '../../shared/store/ledger/moved-job.ts'
import { rescheduleByEntry, type Rescheduling } from '../../shared/store/ledger/reschedule.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackQueue } from '../../queue/callback-queue.ts'
import type { BurialContext } from './bury-entry.ts'

export interface ApplyContext extends BurialContext {
  queue: CallbackQueue
}

/** What an entry of the inbox wants of one callback. */
export interface OneWish<Wanted = Wish> {
  entryId: string
  wish: Wanted
  id: string
}

/** What became of it. `kept`: the callback stays as it is, and its hash says why. */
export type Applied =
  | { kind: 'fulfilled' | 'kept' | 'missing' | 'done' | 'early' }
  | { kind: 'expires-first'; expiresAt: string }

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
  if (reply.kind !== 'cancelled') return resultOf(reply)
  // One that a worker has just been given is left: it finds in the ledger that there is nothing to do.
  await queue.remove({ id, generation: reply.generation })
  if (reply.at !== now) return { kind: 'kept' }
  observe({ event: 'callback.cancelled', destination: store.ref.destination, id, entryId })
  return { kind: 'fulfilled' }
}

async function applyReschedule(
  { store, queue, observe }: ApplyContext,
  { entryId, wish, id }: OneWish<RescheduleWish>,
): Promise<Applied> {
  const { delay, notBefore } = wish.time
  const said = { id, entryId, ...whoAndWhy(wish), delayMs: delay, notBefore }
  const reply = await rescheduleByEntry(store, said)
  if (reply.kind === 'expires-first') return reply
  if (reply.kind !== 'moved') return resultOf(reply)
  const job = movedJob(id, reply)
  // One that a worker has just been given is left: it finds in the ledger when it is due.
  if (job !== undefined) await queue.reenqueue(job)
  const { dueAt } = reply
  observe({ event: 'callback.moved', destination: store.ref.destination, id, entryId, dueAt })
  return { kind: 'fulfilled' }
}

function whoAndWhy({ by, reason }: WhoAndWhy) {
  return { by: by && maskNumbersIn(by), why: reason && maskNumbersIn(reason) }
}

function resultOf(
  reply: Exclude<Cancellation | Rescheduling | Aside, { kind: 'moved' | 'expires-first' }>,
): Applied {
  switch (reply.kind) {
    case 'done':
    case 'early':
    case 'missing':
      return { kind: reply.kind }
    case 'unknown-version':
      throw new Error(`the ledger has version ${reply.version}; this worker knows version 1`)
    default:
      return { kind: 'kept' }
  }
}
