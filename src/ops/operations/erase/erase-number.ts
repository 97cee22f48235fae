import { entryDeadLetterId } from '../../../shared/contract/ids.ts'
import type { NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import { bridgeGroup } from '../../../shared/store/inbox/inbox.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import type { DestinationRef } from '../../../shared/redis/keys.ts'
import { erase } from '../../../shared/store/erasure/erase.ts'
import { eraseEntry } from '../../../shared/store/erasure/erase-entry.ts'
import { eraseResult } from '../../../shared/store/erasure/erase-result.ts'
import { forgetOwners } from '../../../shared/store/erasure/forget-owners.ts'
import { eraseQueueEvent } from '../../../shared/store/erasure/queue-events.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { removeJob } from '../../../queue/callback-queue.ts'
import { forgetPlaces } from './forget-places.ts'
import { findTraces } from './find-traces.ts'
import type { IsSealedNumber } from './sealed-search.ts'
import {
  isUnderWay,
  isWaiting,
  type CallbackTrace,
  type EntryTrace,
  type Trace,
  type Unsearched,
} from './trace.ts'

/** Workers go on meanwhile: what one search missed, or an erased job left in BullMQ's events, the next one finds. */
const maxPasses = 5

export interface NumberSearch {
  spellings: NumberSpellings
  refs: readonly DestinationRef[]
  /** Undefined: no sealed number can be told. */
  isSealedNumber?: IsSealedNumber
}

export interface EraseRequest extends NumberSearch {
  /** False: nothing is erased while that would withdraw a promise. */
  withdraw: boolean
}

export interface SearchDeps {
  redis: Redis
  /** What was too large for the last search. */
  unsearched: Unsearched[]
}

export interface EraseDeps extends SearchDeps {
  clock: Clock
  stopped: AbortSignal
}

/**
 * Erases a number everywhere and looks again until nothing is found, or nothing more can be done. Each thing that is gone
 * is put into `erased` at once, so that an interrupted run can say how far it came; a further one goes on. Gives what is
 * still there.
 */
export async function eraseNumber(
  request: EraseRequest,
  deps: EraseDeps,
  erased: Trace[],
): Promise<Trace[]> {
  const left = await eraseInPasses(request, deps, erased)
  await forgetPlaces(deps.redis, request.refs)
  return left
}

async function eraseInPasses(
  request: EraseRequest,
  deps: EraseDeps,
  erased: Trace[],
): Promise<Trace[]> {
  for (let pass = 1; ; pass += 1) {
    const found = await findEverywhere({ ...request, mayMove: true }, deps, erased)
    const mayNot = !request.withdraw && found.some(isWaiting)
    if (mayNot || pass > maxPasses) return found.filter(isBlocking)
    const before = erased.length
    for (const trace of found) {
      const gone = await eraseTrace(trace, request, deps)
      if (gone !== undefined) erased.push(gone)
    }
    if (erased.length === before) return found.filter(isBlocking)
  }
}

/** What an erasure would find. Changes nothing. */
export function findNumber(search: NumberSearch, deps: SearchDeps): Promise<Trace[]> {
  return findEverywhere({ ...search, mayMove: false }, deps, [])
}

/** A job that a worker holds ends by itself: its callback is gone, and it sends nothing. */
function isBlocking(trace: Trace): boolean {
  return trace.kind !== 'job' || trace.named
}

async function findEverywhere(
  { spellings, refs, isSealedNumber, mayMove }: NumberSearch & { mayMove: boolean },
  { redis, unsearched }: SearchDeps,
  erased: readonly Trace[],
): Promise<Trace[]> {
  const found: Trace[] = []
  unsearched.length = 0
  const reportUnsearched = (each: Unsearched) => void unsearched.push(each)
  for (const ref of refs) {
    const store = openStore(redis, ref)
    const ids = erased.map((trace) =>
      trace.kind === 'callback' && trace.ref.destination === ref.destination ? trace.id : '',
    )
    const search = {
      store,
      spellings,
      isSealedNumber,
      mayMove,
      erasedIds: new Set(ids),
      passOver: reportUnsearched,
    }
    found.push(...(await findTraces(search)))
  }
  return found
}

/** What it was when it went; undefined if it has to stay for now, or somebody else took it away. */
async function eraseTrace(
  trace: Trace,
  request: EraseRequest,
  deps: EraseDeps,
): Promise<Trace | undefined> {
  const { redis, stopped } = deps
  if (stopped.aborted || isUnderWay(trace)) return undefined
  const store = openStore(redis, trace.ref)
  switch (trace.kind) {
    case 'callback':
      return eraseCallback(trace, request, deps)
    case 'inbox-entry':
      return (await eraseInboxEntry(trace, request, deps)) ? trace : undefined
    case 'job':
      return (await removeJob(store, trace)) ? trace : undefined
    case 'result':
      return (await eraseResult(store, trace.entryId)) ? trace : undefined
    case 'queue-event':
      return (await eraseQueueEvent(store, trace.entryId)) ? trace : undefined
  }
}

async function eraseCallback(
  trace: CallbackTrace,
  { spellings }: EraseRequest,
  { redis, clock }: EraseDeps,
): Promise<CallbackTrace | undefined> {
  const { ref, id, content, unreadBytes, runId = '' } = trace
  const store = openStore(redis, ref)
  // First, so that a run that is cut off finds the callback again.
  if (spellings.isIn(id)) await forgetOwners(store, id)
  const erasure = await erase(store, {
    id,
    content,
    unreadBytes,
    group: bridgeGroup,
    now: isoTimestamp(clock.now()),
    mayPublish: !spellings.isIn(id),
    runId,
  })
  return erasure.kind === 'erased' ? { ...trace, state: erasure.state } : undefined
}

async function eraseInboxEntry(
  { ref, entryId, id }: EntryTrace,
  { spellings }: EraseRequest,
  { redis, clock }: EraseDeps,
): Promise<boolean> {
  const store = openStore(redis, ref)
  const reply = await eraseEntry(store, {
    group: bridgeGroup,
    entryId,
    id: id ?? entryDeadLetterId(entryId),
    mayPublish: id !== undefined && !spellings.isIn(id),
    now: isoTimestamp(clock.now()),
  })
  return reply === 'erased'
}
