import type { DestinationStore } from '../../redis/destination-store.ts'
import { positionBefore, readResults } from '../results/results.ts'
import { epochMsOf } from '../../time/timestamp.ts'
import { readCallbackPage, walkEnd } from '../walk/key-page.ts'
import { readCandidate, type Candidate, type Found } from './candidate.ts'
import { lettersAfter } from './letters-after.ts'
import type { Run } from './run-record.ts'

/** Callbacks, in the order in which a run comes to them. */
export interface RunPage {
  candidates: Candidate[]
  /** Behind all of it; undefined where there is nothing. */
  next: string | undefined
  /** Nothing comes after them. */
  isLast: boolean
}

export type Walked = Pick<Run, 'kind' | 'filter' | 'upToMs' | 'cursor'>

/**
 * A redrive and a discard walk the dead letters; a replay walks the results, which reach as far back as the retention; a cancel
 * walks the ledger, in Redis' own order.
 */
export async function readRunPage(
  store: DestinationStore,
  walked: Walked,
  count: number,
): Promise<RunPage> {
  if (walked.kind === 'cancel') return waitingPage(store, walked, count)
  const read = walked.kind === 'replay' ? endsAfter : lettersFrom
  const found = await read(store, walked, count)
  const endMs = Math.min(walked.filter.untilMs ?? Infinity, walked.upToMs)
  const inTime = found.filter(({ endedAtMs }) => endedAtMs < endMs)
  return {
    candidates: await Promise.all(inTime.map((each) => readCandidate(store, each))),
    next: inTime.at(-1)?.position,
    isLast: found.length < count || inTime.length < found.length,
  }
}

/**
 * Of a page of keys all have one place, its beginning: whoever has dealt with some of it reads it again, and finds the others. What
 * was accepted after the plan was made is not in it.
 */
async function waitingPage(
  store: DestinationStore,
  { cursor = walkEnd, upToMs }: Walked,
  count: number,
): Promise<RunPage> {
  const { next, ids } = await readCallbackPage(store, { cursor, pageSize: count })
  const found = ids.map((id) => ({ id, position: cursor, endedAtMs: 0 }))
  const read = await Promise.all(found.map((each) => readCandidate(store, each)))
  const candidates = read.map((each) => ({ ...each, endedAtMs: acceptedMs(each) }))
  return {
    candidates: candidates.filter(({ endedAtMs }) => endedAtMs < upToMs),
    next,
    isLast: next === walkEnd,
  }
}

function acceptedMs({ acceptedAt }: Candidate): number {
  return acceptedAt === '' ? 0 : epochMsOf(acceptedAt)
}

async function lettersFrom(
  store: DestinationStore,
  { filter, cursor = `${filter.sinceMs ?? 0}:` }: Walked,
  count: number,
): Promise<Found[]> {
  const colon = cursor.indexOf(':')
  const score = cursor.slice(0, colon)
  const letters = await lettersAfter(store, {
    score,
    afterId: cursor.slice(colon + 1),
    most: count,
  })
  return letters.map(({ id, diedAtMs }) => ({
    id,
    endedAtMs: diedAtMs,
    position: `${diedAtMs}:${id}`,
  }))
}

async function endsAfter(
  store: DestinationStore,
  { filter, cursor = positionBefore(filter.sinceMs ?? 0) }: Walked,
  count: number,
): Promise<Found[]> {
  const results = await readResults(store, { afterEntryId: cursor, count })
  return results.map(({ id, at, entryId }) => ({
    id,
    endedAtMs: epochMsOf(at),
    position: entryId,
  }))
}
