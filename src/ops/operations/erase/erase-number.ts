import { entryDeadLetterId } from '../../../shared/contract/ids.ts'
import type { NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import { bridgeGroup } from '../../../shared/store/inbox/inbox.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import {
  callbackKey,
  queueEventsKey,
  recordKey,
  resultsKey,
  type Place,
} from '../../../shared/redis/keys.ts'
import { erase } from '../../../shared/store/erasure/erase.ts'
import { eraseEntry } from '../../../shared/store/erasure/erase-entry.ts'
import { takeStep } from '../../../shared/telemetry/steps.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import type { CliContext } from '../../cli/cli-context.ts'
import { findTraces } from './find-traces.ts'
import {
  isUnderWay,
  isWaiting,
  type CallbackTrace,
  type EntryTrace,
  type QueueEventTrace,
  type ResultTrace,
  type Trace,
  type Unsearched,
} from './trace.ts'

/** Workers go on meanwhile: what one search missed, or an erased job left in BullMQ's events, the next one finds. */
const mostRounds = 5

export interface Wish {
  spellings: NumberSpellings
  places: readonly Place[]
  /** False: nothing is erased while that would withdraw a promise. */
  withdraw: boolean
}

export interface Means {
  redis: Redis
  context: Pick<CliContext, 'clock' | 'stopped' | 'removeJob'>
  /** What was too large for the last search. */
  unsearched: Unsearched[]
}

/**
 * Erases a number everywhere and looks again until nothing is found, or nothing more can be done. Each thing that is gone
 * is put into `erased` at once, so that an interrupted run can say how far it came; a further one goes on. Gives what is
 * still there.
 */
export async function eraseNumber(wish: Wish, means: Means, erased: Trace[]): Promise<Trace[]> {
  for (let round = 1; ; round += 1) {
    const found = await findEverywhere(wish, means, erased)
    const mayNot = !wish.withdraw && found.some(isWaiting)
    if (mayNot || round > mostRounds) return found.filter(matters)
    const before = erased.length
    for (const trace of found) {
      const gone = await eraseTrace(trace, wish, means)
      if (gone !== undefined) erased.push(gone)
    }
    if (erased.length === before) return found.filter(matters)
  }
}

/** What an erasure would find. Takes nothing away. */
export function findNumber(wish: Wish, means: Means): Promise<Trace[]> {
  return findEverywhere(wish, means, [])
}

/** A job that a worker holds ends by itself: its callback is gone, and it sends nothing. */
function matters(trace: Trace): boolean {
  return trace.kind !== 'job' || trace.named
}

async function findEverywhere(
  { spellings, places }: Wish,
  { redis, unsearched }: Means,
  erased: readonly Trace[],
): Promise<Trace[]> {
  const found: Trace[] = []
  unsearched.length = 0
  const passOver = (each: Unsearched) => void unsearched.push(each)
  for (const place of places) {
    const ids = erased.map((trace) =>
      trace.kind === 'callback' && trace.place.destination === place.destination ? trace.id : '',
    )
    const search = { redis, place, spellings, erasedIds: new Set(ids), passOver }
    found.push(...(await findTraces(search)))
  }
  return found
}

/** What it was when it went; undefined if it has to stay for now, or somebody else took it away. */
async function eraseTrace(trace: Trace, wish: Wish, means: Means): Promise<Trace | undefined> {
  const { redis, context } = means
  if (context.stopped.aborted || isUnderWay(trace)) return undefined
  switch (trace.kind) {
    case 'callback':
      return eraseCallback(trace, wish, means)
    case 'inbox-entry':
      return (await eraseInboxEntry(trace, wish, means)) ? trace : undefined
    case 'job':
      return (await context.removeJob(redis, trace.place, trace)) ? trace : undefined
    case 'result':
      return (await eraseResult(redis, trace)) ? trace : undefined
    case 'queue-event':
      return (await eraseQueueEvent(redis, trace)) ? trace : undefined
  }
}

async function eraseCallback(
  trace: CallbackTrace,
  { spellings }: Wish,
  { redis, context }: Means,
): Promise<CallbackTrace | undefined> {
  const { place, id, content, unreadBytes } = trace
  if (spellings.isIn(id)) await forgetRecords(redis, place, id)
  const erasure = await erase(redis, {
    ...{ place, id, content, unreadBytes, group: bridgeGroup },
    now: isoTimestamp(context.clock.now()),
    tellEnd: !spellings.isIn(id),
  })
  return erasure.kind === 'erased' ? { ...trace, state: erasure.state } : undefined
}

/** Whose a ContactRequest is says the id. Taken away first, so that a run that is cut off finds the callback again. */
async function forgetRecords(redis: Redis, place: Place, id: string): Promise<void> {
  const [recordId, others] = await redis.hmget(callbackKey(place, id), 'recordId', 'otherRecordIds')
  const recordIds = [recordId ?? '', ...(others ?? '').split(' ')].filter((each) => each !== '')
  if (recordIds.length === 0) return
  const keys = recordIds.map((each) => recordKey(place, each))
  await takeStep('erase.records', { destination: place.destination, id }, () => redis.del(keys))
}

async function eraseResult(redis: Redis, { place, entryId }: ResultTrace): Promise<boolean> {
  const key = resultsKey(place)
  return (await takeStep('erase.result', place, () => redis.xdel(key, entryId))) === 1
}

async function eraseQueueEvent(
  redis: Redis,
  { place, entryId }: QueueEventTrace,
): Promise<boolean> {
  const key = queueEventsKey(place)
  return (await takeStep('erase.event', place, () => redis.xdel(key, entryId))) === 1
}

async function eraseInboxEntry(
  { place, entryId, id }: EntryTrace,
  { spellings }: Wish,
  { redis, context }: Means,
): Promise<boolean> {
  const reply = await eraseEntry(redis, {
    ...{ place, group: bridgeGroup, entryId, id: id ?? entryDeadLetterId(entryId) },
    tellEnd: id !== undefined && !spellings.isIn(id),
    now: isoTimestamp(context.clock.now()),
  })
  return reply === 'erased'
}
