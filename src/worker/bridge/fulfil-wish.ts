import { decodeWish, type Wish, type WrittenWish } from '../../shared/contract/decode-wish.ts'
import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import type { Wanted } from '../../shared/contract/wish.ts'
import { describeProblems } from '../../shared/errors/problem.ts'
import { entryTimeMs } from '../../shared/store/inbox/entry-time.ts'
import { bridgeGroup, readInbox, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { confirm } from '../../shared/store/ledger/confirm.ts'
import { findCallbacks } from '../../shared/store/lookup/find-callbacks.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import { applyWish, type Applied, type ApplyContext } from './apply-wish.ts'
import { buryEntry, idsOfWish, type Burial } from './bury-entry.ts'
import type { OpenContext } from './open-entry.ts'

export interface FulfilContext extends ApplyContext, OpenContext {}

/** What is left to do with the entry. `settle`: it leaves the inbox; `leave`: another bridge has seen to that. */
type Left = { kind: 'settle'; callbacks: number } | { kind: 'leave' | 'later' } | Unfit

interface Unfit {
  kind: 'bury'
  code: string
  message: string
}

type Clue = Exclude<Wanted, { kind: 'id' }>

/**
 * Does what an entry wants of callbacks that are promised already. False: what was sent before it is yet to be taken in, by
 * this bridge or by another one, and may be what it is about; so it is to be tried again. Nothing is held for it meanwhile but
 * its place in the inbox, and no entry waits for longer than the oldest one takes.
 */
export async function fulfilWish(
  context: FulfilContext,
  entry: InboxEntry,
  written: WrittenWish,
): Promise<boolean> {
  const left = await fulfil(context, entry, written)
  if (left.kind === 'later') return false
  if (left.kind === 'bury') await buryEntry(context, entry, letterOf(written, entry, left))
  if (left.kind === 'settle') await settleEntry(context, entry, { written, ...left })
  return true
}

async function fulfil(
  context: FulfilContext,
  { entryId }: InboxEntry,
  written: WrittenWish,
): Promise<Left> {
  const nowMs = context.clock.now()
  const read = decodeWish(written, entryTimeMs(entryId, nowMs) ?? nowMs)
  if (read.kind === 'invalid') {
    return { kind: 'bury', code: invalid[written.kind], message: describeProblems(read.problems) }
  }
  const { wanted } = read.value
  const one = { entryId, wish: read.value }
  if (wanted.kind !== 'id') return await fulfilForAll(context, one, wanted)
  return leftOf(await applyWish(context, { ...one, id: wanted.id }), one.wish, wanted.id)
}

const invalid = { cancel: 'invalid-cancel', reschedule: 'invalid-reschedule' } as const

function leftOf(applied: Applied, { kind }: Wish, id: string): Left {
  switch (applied.kind) {
    case 'fulfilled':
      return { kind: 'settle', callbacks: 1 }
    case 'kept':
      return { kind: 'settle', callbacks: 0 }
    case 'done':
      return { kind: 'leave' }
    case 'early':
      return { kind: 'later' }
    case 'missing': {
      const message = `id: no callback ${id} is known; there is nothing to ${kind}`
      return { kind: 'bury', code: 'unknown-callback', message }
    }
    case 'expires-first':
      return expiresFirst(id, applied.expiresAt)
  }
}

function expiresFirst(id: string, expiresAt: string): Unfit {
  const message = `expiresAt: the callback ${id} expires at ${expiresAt}, before it would be due; it was left as it is`
  return { kind: 'bury', code: 'invalid-reschedule', message }
}

/** All that were sent before it: they are looked for when the last of those has been taken in. */
async function fulfilForAll(
  context: FulfilContext,
  one: { entryId: string; wish: Wish },
  clue: Clue,
): Promise<Left> {
  const { store } = context
  const [oldest] = await readInbox(store, { afterEntryId: '0-0', count: 1 })
  if (oldest !== undefined && oldest.entryId !== one.entryId) return { kind: 'later' }
  const key = await context.numberKeyOf(store.ref)
  if (key === undefined) return withoutIndex
  let callbacks = 0
  let unfit: Unfit | undefined
  for await (const { id } of findCallbacks(store, { key, clue })) {
    const applied = await applyWish(context, { ...one, id })
    if (applied.kind === 'done') return { kind: 'leave' }
    if (applied.kind === 'fulfilled') callbacks += 1
    if (applied.kind === 'expires-first') unfit ??= expiresFirst(id, applied.expiresAt)
  }
  return unfit ?? { kind: 'settle', callbacks }
}

const withoutIndex: Unfit = {
  kind: 'bury',
  code: 'number-key-unknown',
  message: 'callId, callbackNumber: this worker keeps no index by call and number; give the id',
}

function letterOf(written: WrittenWish, entry: InboxEntry, { code, message }: Unfit): Burial {
  return { ...idsOfWish(written, entry), reason: 'invalid', code, message }
}

async function settleEntry(
  { store, clock, observe }: FulfilContext,
  { entryId }: InboxEntry,
  { written, callbacks }: { written: WrittenWish; callbacks: number },
): Promise<void> {
  const now = isoTimestamp(clock.now())
  // It has opened no callback: all that is left is to take it out of the inbox.
  await confirm(store, { id: entryDeadLetterId(entryId), entryId, group: bridgeGroup, now })
  const { destination } = store.ref
  observe({ event: 'entry.fulfilled', destination, entryId, wish: written.kind, callbacks })
}
