import type { Redis } from '../../redis/connection.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { activeRunsKey, runKey, runsKey, type DestinationRef } from '../../redis/keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { decodeRunFilter, type RunFilter } from './run-filter.ts'
import { decodeOverview, type Overview } from './run-overview.ts'
import {
  runKinds,
  runStates,
  sends,
  stateWhys,
  type RunKind,
  type RunState,
  type StateWhy,
} from './run-kinds.ts'

/** A plan, and how far its run has come. Times are epoch ms, Redis'. */
export interface Run {
  id: string
  kind: RunKind
  state: RunState
  /** Why, if it waits or was paused. */
  stateWhy: StateWhy | undefined
  /** Who paused or aborted it, and why, as they say. */
  stateBy: string | undefined
  stateReason: string | undefined
  /** Counts every change: whoever acts on what he has read says which one it was. */
  revision: number
  filter: RunFilter
  /** What ended later is not in it. */
  upToMs: number
  overview: Overview
  counts: RunCounts
  /** Behind what the walk has come to; undefined before the first step. */
  cursor: string | undefined
  isWalked: boolean
  pace: RunPace
  /** How the last of them ended, the newest last: b for booked, d for dead. */
  recentEnds: string
  /** Up to which entry of the results its ends are counted. */
  resultsCursor: string
  /** The worker that carries it out, and until when nobody else does. */
  holder: string | undefined
  heldUntilMs: number
  createdAtMs: number
  createdBy: string | undefined
  why: string | undefined
  startedAtMs: number | undefined
  startedBy: string | undefined
  endedAtMs: number | undefined
}

export interface RunCounts {
  selected: number
  /** Of a discard: discarded. */
  sent: number
  booked: number
  dead: number
  cancelled: number
  /** They had changed by the time it came to them. */
  skipped: number
  /** Among the skipped: Salesforce still has the ContactRequest. */
  stillBooked: number
  /** Among the skipped: it could not say whether it has. */
  unclear: number
  /** Of those that were sent: they never were intents, and go in as entries of their own. */
  unfollowed: number
}

export interface RunPace {
  /** Callbacks a second. */
  rate: number | undefined
  /** So many of it may be on their way at a time. */
  mostOutstanding: number
  /** So many are sent first. */
  canary: number | undefined
  isCanaryOver: boolean
  /** After a canary of which none died, without being asked. */
  goesOn: boolean
  /** In per cent: if so many of the last ends are deaths, it stops. */
  stopAtPercent: number
  /** When the next one may go. */
  freeAtMs: number
}

export async function readRun(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<Run | undefined> {
  return readRunAt(redis, ref, id)
}

/** The newest runs and plans first. */
export async function listRuns({ redis, ref }: DestinationStore): Promise<Run[]> {
  const ids = await redis.zrange(runsKey(ref), '0', '-1', 'REV')
  const runs = await Promise.all(ids.map((id) => readRunAt(redis, ref, id)))
  return runs.filter((run) => run !== undefined)
}

/**
 * Up to `count` of them that were made before then, the newest first, and when the last of these was made. What a plan was that nobody
 * has started is forgotten, and its name is not, so a page may have fewer.
 */
export async function readRunsBefore(
  { redis, ref }: DestinationStore,
  { beforeMs, count }: { beforeMs: number; count: number },
): Promise<{ runs: Run[]; nextMs: number | undefined }> {
  const most = Number.isFinite(beforeMs) ? `(${beforeMs}` : '+inf'
  const page = ['BYSCORE', 'REV', 'LIMIT', 0, count, 'WITHSCORES'] as const
  const found = await redis.zrange(runsKey(ref), most, '-inf', ...page)
  const ids = found.filter((_, index) => index % 2 === 0)
  const runs = await Promise.all(ids.map((id) => readRunAt(redis, ref, id)))
  return {
    runs: runs.filter((run) => run !== undefined),
    nextMs: ids.length < count ? undefined : Number(found.at(-1)),
  }
}

/** Those that a worker has something to do for. */
export async function readActiveRuns({ redis, ref }: DestinationStore): Promise<string[]> {
  return redis.smembers(activeRunsKey(ref))
}

async function readRunAt(redis: Redis, ref: DestinationRef, id: string): Promise<Run | undefined> {
  const hash = await redis.hgetall(runKey(ref, id))
  return hash['state'] === undefined ? undefined : decodeRun(id, hash)
}

type Hash = Readonly<Record<string, string>>

function decodeRun(id: string, hash: Hash): Run {
  const number = (name: string) => numberIn(hash, name)
  return {
    id,
    kind: asOneOf(hash['kind'], runKinds),
    state: asOneOf(hash['state'], runStates),
    stateWhy: stateWhys.find((why) => why === hash['stateWhy']),
    stateBy: hash['stateBy'],
    stateReason: hash['stateReason'],
    revision: number('revision') ?? 0,
    filter: decodeRunFilter(hash['filter'] ?? ''),
    upToMs: number('upTo') ?? 0,
    overview: decodeOverview(hash['overview'] ?? ''),
    counts: countsIn(hash),
    cursor: hash['cursor'],
    isWalked: hash['isWalked'] === '1',
    pace: paceIn(hash),
    recentEnds: hash['recentEnds'] ?? '',
    resultsCursor: hash['resultsCursor'] ?? '0-0',
    holder: hash['holder'],
    heldUntilMs: number('heldUntil') ?? 0,
    createdAtMs: number('createdAt') ?? 0,
    createdBy: hash['createdBy'],
    why: hash['why'],
    startedAtMs: number('startedAt'),
    startedBy: hash['startedBy'],
    endedAtMs: number('endedAt'),
  }
}

function countsIn(hash: Hash): RunCounts {
  const count = (name: string) => numberIn(hash, name) ?? 0
  return {
    selected: count('selected'),
    sent: count('sent'),
    booked: count('booked'),
    dead: count('dead'),
    cancelled: count('cancelled'),
    skipped: count('skipped'),
    stillBooked: count('stillBooked'),
    unclear: count('unclear'),
    unfollowed: count('unfollowed'),
  }
}

function paceIn(hash: Hash): RunPace {
  return {
    rate: numberIn(hash, 'rate'),
    mostOutstanding: numberIn(hash, 'mostOutstanding') ?? 1,
    canary: numberIn(hash, 'canary'),
    isCanaryOver: hash['isCanaryOver'] === '1',
    goesOn: hash['goesOn'] === '1',
    stopAtPercent: numberIn(hash, 'stopAt') ?? 100,
    freeAtMs: numberIn(hash, 'freeAt') ?? 0,
  }
}

function numberIn(hash: Hash, name: string): number | undefined {
  const value = hash[name]
  return value === undefined ? undefined : Number(value)
}

/** Of what the run has sent, those of which nobody knows yet how they end. */
export function outstandingOf({ kind, counts }: Run): number {
  if (!sends(kind)) return 0
  const { sent, unfollowed, booked, dead, cancelled } = counts
  return Math.max(0, sent - unfollowed - booked - dead - cancelled)
}
