import type { StoreConfig } from '../../../shared/config/config.ts'
import { callbackOf } from '../../../shared/contract/ids.ts'
import { readFound, type FoundCallback } from '../../../shared/store/lookup/found-callback.ts'
import {
  inQueuesOrder,
  placeBehind,
  queueLists,
  readQueuedJobs,
  type JobsRequest,
  type QueueList,
} from '../../../shared/store/lookup/queued-jobs.ts'
import { withPartitions, type Partitions } from '../destination/any-destination.ts'
import { onePage } from '../destination/one-page.ts'

/** What goes next of a destination. */
export interface WaitingPage {
  destination: string
  lists: readonly WaitingList[]
}

export interface WaitingList {
  list: QueueList
  /** In the order in which they go. */
  callbacks: WaitingCallback[]
  /** Where the next page begins; undefined where nothing comes after. */
  next: string | undefined
}

export interface WaitingCallback extends FoundCallback {
  /** Of several partitions, the one that it is in. */
  destination: string
}

export interface WaitingRequest extends Omit<JobsRequest, 'list'> {
  destination: string | undefined
  /** Undefined: all of them. */
  list: QueueList | undefined
}

/** Of all its partitions. Costs the same however much waits. */
export function waitingPage(
  config: StoreConfig,
  { destination, list: wanted, ...range }: WaitingRequest,
): Promise<WaitingPage> {
  const lists = wanted === undefined ? queueLists : [wanted]
  return withPartitions(config, destination, async (stores) => ({
    destination: stores[0].ref.destination,
    lists: await Promise.all(lists.map((list) => waitingList(stores, { list, ...range }))),
  }))
}

/** Each partition sends by itself: what is told of their order is its own, and of those that are due at once the priority. */
export async function waitingList(stores: Partitions, request: JobsRequest): Promise<WaitingList> {
  const { list, count } = request
  const asked = { ...request, count: count + 1 }
  const jobs = stores.map(async (store) =>
    (await readQueuedJobs(store, asked)).map((queued) => ({ ...queued, store })),
  )
  const { items, isLast } = onePage(await Promise.all(jobs), inQueuesOrder, count)
  const found = items.map(async ({ store, job }) => {
    const callback = await readFound(store, callbackOf(job).id)
    return callback && { ...callback, destination: store.ref.destination }
  })
  const last = items.at(-1)
  return {
    list,
    callbacks: (await Promise.all(found)).filter((each) => each !== undefined),
    next: isLast || last === undefined ? undefined : placeBehind(last),
  }
}
