import type { DestinationStore } from '../../redis/destination-store.ts'
import {
  activeJobsKey,
  delayedJobsKey,
  dueJobsKey,
  scheduleKey,
  waitingJobsKey,
} from '../../redis/keys.ts'
import { jobsAfter } from './jobs-after.ts'

export const queueLists = ['under-way', 'due', 'waiting'] as const

/** In the hands of a worker; what could go now; what has a time to wait for. */
export type QueueList = (typeof queueLists)[number]

/** A job, and where it stands in one of BullMQ's lists or sorted sets. */
export type QueuedJob = RankedJob | PlacedJob

interface RankedJob {
  kind: 'rank'
  rank: number
  job: string
}

interface PlacedJob {
  kind: 'place'
  score: string
  job: string
}

export interface JobsRequest {
  list: QueueList
  /** What {@link placeBehind} has said of a job; undefined, or what is no place: from the first on. */
  after: string | undefined
  count: number
}

/** In the order in which they go. Costs the same however much comes before and after. */
export function readQueuedJobs(
  store: DestinationStore,
  { list, after, count }: JobsRequest,
): Promise<QueuedJob[]> {
  const asked = { place: placeIn(after), count }
  if (list === 'under-way') return underWay(store, asked)
  return list === 'due' ? due(store, asked) : waiting(store, asked)
}

/** Where a list goes on behind this one, whether it is still there or not. */
export function placeBehind(queued: QueuedJob): string {
  return queued.kind === 'rank' ? String(queued.rank + 1) : `${queued.score}:${queued.job}`
}

/** Those with a rank go before those with a place. Of several partitions those of one rank are at one place. */
export function inQueuesOrder(one: QueuedJob, other: QueuedJob): number {
  if (one.kind === 'rank') return other.kind === 'rank' ? one.rank - other.rank : -1
  if (other.kind === 'rank') return 1
  const difference = Number(one.score) - Number(other.score)
  if (difference !== 0) return difference
  return one.job < other.job ? -1 : Number(one.job > other.job)
}

type Place = Omit<RankedJob, 'job'> | PlacedJob

const beginning: Place = { kind: 'rank', rank: 0 }
const setsBeginning: PlacedJob = { kind: 'place', score: '-inf', job: '' }

function placeIn(after: string | undefined): Place {
  const [, rank, score, job] = /^(?:(\d{1,9})|(-inf|\d{1,16}):(.{0,300}))$/s.exec(after ?? '') ?? []
  if (rank !== undefined) return { kind: 'rank', rank: Number(rank) }
  return score === undefined ? beginning : { kind: 'place', score, job: job ?? '' }
}

interface Asked {
  place: Place
  count: number
}

async function underWay(
  { redis, ref }: DestinationStore,
  { place, count }: Asked,
): Promise<QueuedJob[]> {
  const first = place.kind === 'rank' ? place.rank : 0
  return ranked(await redis.lrange(activeJobsKey(ref), first, first + count - 1), first)
}

/** First those that a dead worker had, then by priority. */
async function due(store: DestinationStore, { place, count }: Asked): Promise<QueuedJob[]> {
  const { redis, ref } = store
  const key = dueJobsKey(ref)
  if (place.kind === 'place') return placed(store, key, { place, count })
  const { rank } = place
  // BullMQ takes from the end of its list.
  const fromEnd = await redis.lrange(waitingJobsKey(ref), -(rank + count), -(rank + 1))
  const room = count - fromEnd.length
  const others = room === 0 ? [] : await placed(store, key, { place: setsBeginning, count: room })
  return [...ranked(fromEnd.toReversed(), rank), ...others]
}

function ranked(jobs: readonly string[], first: number): RankedJob[] {
  return jobs.map((job, index) => ({ kind: 'rank', rank: first + index, job }))
}

/** Those in the schedule and those that have a job, which BullMQ keeps by when they are due as well, in its own measure. */
async function waiting(store: DestinationStore, { place, count }: Asked): Promise<QueuedJob[]> {
  const from = place.kind === 'place' ? place : setsBeginning
  const [delayed, scheduled] = await Promise.all([
    placed(store, delayedJobsKey(store.ref), { place: from, count }),
    placed(store, scheduleKey(store.ref), { place: placeInSchedule(from), count }),
  ])
  const all = [...delayed, ...scheduled.map(inQueuesMeasure)]
  return all.toSorted(inQueuesOrder).slice(0, count)
}

/** BullMQ multiplies epoch ms by this, to tell apart those of one millisecond. */
const perMs = 4_096

function inQueuesMeasure({ score, ...rest }: PlacedJob): PlacedJob {
  return { ...rest, score: String(Number(score) * perMs) }
}

function placeInSchedule(place: PlacedJob): PlacedJob {
  const { score, job } = place
  if (score === setsBeginning.score) return place
  const ms = Math.floor(Number(score) / perMs)
  // Behind some job of that millisecond, but for the first, all of the schedule's have been.
  const behind = Number(score) === ms * perMs ? job : '~'
  return { kind: 'place', score: String(ms), job: behind }
}

async function placed(
  store: DestinationStore,
  key: string,
  { place, count }: { place: PlacedJob; count: number },
): Promise<PlacedJob[]> {
  const { score, job: afterId } = place
  const found = await jobsAfter(store, { key, score, afterId, most: count })
  return found.map((each) => ({ kind: 'place', ...each }))
}
