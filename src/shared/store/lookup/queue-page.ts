import { callbackOf } from '../../contract/ids.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import {
  activeJobsKey,
  delayedJobsKey,
  dueJobsKey,
  scheduleKey,
  waitingJobsKey,
} from '../../redis/keys.ts'
import { readFound, type FoundCallback } from './found-callback.ts'
import { jobsAfter } from './jobs-after.ts'

export const queueLists = ['under-way', 'due', 'waiting'] as const

/** In the hands of a worker; what could go now; what has a time to wait for. */
export type QueueList = (typeof queueLists)[number]

export interface QueuePage {
  /** In the order in which they go. */
  callbacks: FoundCallback[]
  /** Where the next page begins; undefined where nothing comes after. */
  next: string | undefined
}

export interface QueuePageRequest {
  list: QueueList
  /** As a page before has said; undefined, or what is no place: from the first on. */
  after: string | undefined
  count: number
}

/** Costs the same however much comes before and after it. */
export async function readQueuePage(
  store: DestinationStore,
  { list, after, count }: QueuePageRequest,
): Promise<QueuePage> {
  const { jobs, next } = await jobsOf(list, store, { place: placeIn(after), count })
  const found = await Promise.all(jobs.map((job) => readFound(store, callbackOf(job).id)))
  return { callbacks: found.filter((each) => each !== undefined), next }
}

/** In one of BullMQ's lists. */
interface Rank {
  kind: 'rank'
  rank: number
}

/** In one of its sorted sets. */
interface Behind {
  kind: 'behind'
  score: string
  job: string
}

type Place = Rank | Behind

const beginning: Rank = { kind: 'rank', rank: 0 }
const setsBeginning: Behind = { kind: 'behind', score: '-inf', job: '' }

function placeIn(after: string | undefined): Place {
  const [, rank, score, job] = /^(?:(\d{1,9})|(-inf|\d{1,16}):(.{0,300}))$/s.exec(after ?? '') ?? []
  if (rank !== undefined) return { kind: 'rank', rank: Number(rank) }
  return score === undefined ? beginning : { kind: 'behind', score, job: job ?? '' }
}

interface Asked {
  place: Place
  count: number
}

interface Jobs {
  jobs: string[]
  next: string | undefined
}

function jobsOf(list: QueueList, store: DestinationStore, asked: Asked): Promise<Jobs> {
  if (list === 'under-way') return underWay(store, asked)
  return list === 'due' ? due(store, asked) : waiting(store, asked)
}

async function underWay({ redis, ref }: DestinationStore, { place, count }: Asked): Promise<Jobs> {
  const rank = place.kind === 'rank' ? place.rank : 0
  const jobs = await redis.lrange(activeJobsKey(ref), rank, rank + count)
  return rankedPage(jobs, { rank, count })
}

/** First those that a dead worker had, then by priority. */
async function due(store: DestinationStore, { place, count }: Asked): Promise<Jobs> {
  const { redis, ref } = store
  if (place.kind === 'behind') return sorted(store, dueJobsKey(ref), { place, count })
  const { rank } = place
  // BullMQ takes from the end of its list.
  const fromEnd = await redis.lrange(waitingJobsKey(ref), -(rank + count + 1), -(rank + 1))
  const first = rankedPage(fromEnd.toReversed(), { rank, count })
  if (first.next !== undefined) return first
  const room = count - first.jobs.length
  const others = await sorted(store, dueJobsKey(ref), { place: setsBeginning, count: room })
  return { jobs: [...first.jobs, ...others.jobs], next: others.next }
}

function rankedPage(found: string[], { rank, count }: { rank: number; count: number }): Jobs {
  const next = found.length > count ? String(rank + count) : undefined
  return { jobs: found.slice(0, count), next }
}

/** Those in the schedule and those that have a job, which BullMQ keeps by when they are due as well, in its own measure. */
async function waiting(store: DestinationStore, { place, count }: Asked): Promise<Jobs> {
  const { score, job } = place.kind === 'behind' ? place : setsBeginning
  const most = count + 1
  const [delayed, scheduled] = await Promise.all([
    jobsAfter(store, { key: delayedJobsKey(store.ref), score, afterId: job, most }),
    jobsAfter(store, { key: scheduleKey(store.ref), ...placeInSchedule({ score, job }), most }),
  ])
  const all = [...delayed, ...scheduled.map(inQueuesMeasure)]
  return pageOf(all.toSorted(byPlace), { last: { score, job }, count })
}

/** BullMQ multiplies epoch ms by this, to tell apart those of one millisecond. */
const perMs = 4_096

function inQueuesMeasure({ job, score }: PlacedJob): PlacedJob {
  return { job, score: String(Number(score) * perMs) }
}

function placeInSchedule({ score, job }: PlacedJob): { score: string; afterId: string } {
  if (score === setsBeginning.score) return { score, afterId: job }
  const ms = Math.floor(Number(score) / perMs)
  // Behind some job of that millisecond, but for the first, all of the schedule's have been.
  return { score: String(ms), afterId: Number(score) === ms * perMs ? job : '~' }
}

function byPlace(one: PlacedJob, other: PlacedJob): number {
  const difference = Number(one.score) - Number(other.score)
  if (difference !== 0) return difference
  return one.job < other.job ? -1 : 1
}

interface PlacedJob {
  job: string
  score: string
}

async function sorted(
  store: DestinationStore,
  key: string,
  { place, count }: Asked,
): Promise<Jobs> {
  const { score, job } = place.kind === 'behind' ? place : setsBeginning
  const found = await jobsAfter(store, { key, score, afterId: job, most: count + 1 })
  return pageOf(found, { last: { score, job }, count })
}

function pageOf(
  found: readonly PlacedJob[],
  { last: before, count }: { last: PlacedJob; count: number },
): Jobs {
  const page = found.slice(0, count)
  const last = page.at(-1) ?? before
  return {
    jobs: page.map((each) => each.job),
    next: found.length > count ? `${last.score}:${last.job}` : undefined,
  }
}
