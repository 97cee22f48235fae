import { decodeWish, type Wish, type WrittenWish } from '../../shared/contract/decode-wish.ts'
import { entryDeadLetterId } from '../../shared/contract/ids.ts'
import type { WishAnswer } from '../../shared/contract/wish-answer.ts'
import type { Wanted } from '../../shared/contract/wish.ts'
import { describeProblems } from '../../shared/errors/problem.ts'
import { inboxKey, type DestinationRef } from '../../shared/redis/keys.ts'
import { entryTimeMs } from '../../shared/store/inbox/entry-time.ts'
import { bridgeGroup, readInbox, type InboxEntry } from '../../shared/store/inbox/inbox.ts'
import { answerWish } from '../../shared/store/inbox/wish-answer.ts'
import { confirm } from '../../shared/store/ledger/confirm.ts'
import { findCallbacks } from '../../shared/store/lookup/find-callbacks.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import { readNumber, withoutSealKeys } from '../sealing/sealing.ts'
import { applyWish, type ApplyContext } from './apply-wish.ts'
import { buryEntry, idsOfWish } from './bury-entry.ts'
import type { OpenContext } from './open-entry.ts'

export interface FulfilContext extends ApplyContext, OpenContext {}

/** What is left to do with the entry: nothing yet; nothing any more; or to say what became of it, and take it away. */
type Left =
  | { kind: 'later' | 'nothing' }
  | { kind: 'end'; answers: readonly WishAnswer[]; callbacks: number; unfit: Unfit | undefined }

/** Why it becomes a dead letter. */
interface Unfit {
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
  if (left.kind !== 'end') return left.kind === 'nothing'
  const { entryId } = entry
  const { store, observe } = context
  const { answers, callbacks, unfit } = left
  const isUnderstood = answers.length > 0 || unfit === undefined
  await answerWish(store, { entryId, answer: isUnderstood ? answers : unfit })
  if (unfit !== undefined) {
    await buryEntry(context, entry, {
      ...letterOf(written, entry, unfit),
      reason: 'invalid',
      ...unfit,
    })
    return true
  }
  await takeAway(context, entryId)
  const { destination } = store.ref
  observe({ event: 'entry.fulfilled', destination, entryId, wish: written.kind, callbacks })
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
    return unfit({ code: invalid[written.kind], message: describeProblems(read.problems) })
  }
  const { wanted } = read.value
  const one = { entryId, wish: read.value }
  if (wanted.kind !== 'id') return await fulfilForAll(context, one, wanted)
  const home = context.partition?.homeOf(wanted.id)
  if (home !== undefined) return unfit(wrongPartition(wanted.id, home.ref))
  const applied = await applyWish(context, { ...one, id: wanted.id })
  if (applied.kind !== 'answered') return { kind: applied.kind === 'early' ? 'later' : 'nothing' }
  const { answer, isFulfilled } = applied
  const callbacks = isFulfilled ? 1 : 0
  return { kind: 'end', answers: [answer], callbacks, unfit: problemOf(answer, one.wish) }
}

/**
 * It is not handed over as intents are: it is about what was sent before it, and nobody can tell what that is in another inbox; and
 * whoever sent it looks for the answer here.
 */
function wrongPartition(id: string, home: DestinationRef): Unfit {
  const message = `id: the callback ${id} belongs to another partition; send this to ${inboxKey(home)}`
  return { code: 'wrong-partition', message }
}

const invalid = { cancel: 'invalid-cancel', reschedule: 'invalid-reschedule' } as const

/** Under the id of the callback it would be looked for in its own partition. */
function letterOf(written: WrittenWish, entry: InboxEntry, { code }: Unfit) {
  return code === 'wrong-partition'
    ? { id: entryDeadLetterId(entry.entryId) }
    : idsOfWish(written, entry)
}

function unfit(problem: Unfit): Left {
  return { kind: 'end', answers: [], callbacks: 0, unfit: problem }
}

/** What somebody has to hear of who does not ask for the answer. */
function problemOf(answer: WishAnswer, { kind }: Wish): Unfit | undefined {
  const { id } = answer
  if (answer.outcome === 'unknown') {
    const message = `id: no callback ${id} is known; there is nothing to ${kind}`
    return { code: 'unknown-callback', message }
  }
  if (answer.outcome !== 'expires-first') return undefined
  const message = `expiresAt: the callback ${id} expires at ${answer.expiresAt}, before it would be due; it was left as it is`
  return { code: 'invalid-reschedule', message }
}

/** Of a number that is called very often, not all are told. */
const mostAnswers = 1_000

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
  if (key === undefined) return unfit(withoutIndex)
  const answers: WishAnswer[] = []
  let callbacks = 0
  const clear = await clearClue(context, clue)
  if (clear.kind === 'problem') return unfit(clear)
  for await (const { id } of findCallbacks(store, { key, clue: clear.clue })) {
    const applied = await applyWish(context, { ...one, id })
    if (applied.kind === 'done') return { kind: 'nothing' }
    if (applied.kind !== 'answered') continue
    if (applied.isFulfilled) callbacks += 1
    if (answers.length < mostAnswers) answers.push(applied.answer)
  }
  const late = answers.find(({ outcome }) => outcome === 'expires-first')
  return { kind: 'end', answers, callbacks, unfit: late && problemOf(late, one.wish) }
}

type ClearClue = { kind: 'clear'; clue: Clue } | ({ kind: 'problem' } & Unfit)

/** A number may come sealed here as well. */
async function clearClue({ sealing }: FulfilContext, clue: Clue): Promise<ClearClue> {
  if (clue.kind === 'call') return { kind: 'clear', clue }
  const reading = await readNumber(sealing ?? withoutSealKeys, clue.callbackNumber, undefined)
  if (reading.kind === 'problem') return reading
  return { kind: 'clear', clue: { kind: 'number', callbackNumber: reading.number } }
}

const withoutIndex: Unfit = {
  code: 'number-key-unknown',
  message: 'callId, callbackNumber: this worker keeps no index by call and number; give the id',
}

/** It has opened no callback: all that is left is to take it out of the inbox. */
async function takeAway({ store, clock }: FulfilContext, entryId: string): Promise<void> {
  const now = isoTimestamp(clock.now())
  await confirm(store, { id: entryDeadLetterId(entryId), entryId, group: bridgeGroup, now })
}
