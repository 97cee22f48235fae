import { Job, Queue } from 'bullmq'

import { jobIdOf, type CallbackJob } from '../shared/contract/ids.ts'
import { horizonMs } from '../shared/delivery/horizon.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { queueName, queuePrefix } from '../shared/redis/keys.ts'
import { countScheduled } from '../shared/store/schedule/scheduled.ts'
import { unscheduleJob } from '../shared/store/schedule/unschedule.ts'
import { takeStep } from '../shared/telemetry/steps.ts'
import { jobPriority } from './job-priority.ts'

export interface QueueItem extends CallbackJob {
  priority: number | undefined
  /** When the customer asked; who asked first goes first. */
  requestedAtMs: number
  delayMs: number
}

export interface CallbackQueue {
  /** Repeating it is harmless: a job that is there is left as it is. */
  add(item: QueueItem): Promise<void>
  /** What the queue knows of this callback and generation. */
  jobHealth(job: CallbackJob): Promise<JobHealth>
  /**
   * Clears away what is left of a job and adds it anew, unless it is due so late that the schedule keeps it, which whoever moved
   * it has told. One that a worker is busy with stays as it is.
   */
  reenqueue(item: QueueItem): Promise<void>
  /** Takes a job away. One that a worker is busy with stays as it is: whoever has it finds that nothing is left to do. */
  remove(job: CallbackJob): Promise<void>
  /** A job that waits for its time is taken up now. */
  promote(job: CallbackJob): Promise<void>
  /** By BullMQ's states. What is put off, and has no job yet, is `delayed` too. */
  counts(): Promise<Record<string, number>>
  close(): Promise<void>
}

/**
 * `healthy`: a worker will come to it, or is busy with it, or BullMQ's check for stalled jobs will find it. `delayed`: the
 * same, once it is time by a machine's clock. `broken`: it is whole and in no list that anybody reads, or in such a list and
 * not whole; nobody will ever come to it.
 */
export type JobHealth = 'healthy' | 'delayed' | 'broken' | 'missing'

/**
 * What travels on the queue. The job's id names the callback and its generation, and the ledger knows the rest: said
 * twice, an id of 36 characters would cost each waiting callback 64 bytes of Redis.
 */
export interface JobData {
  /** Version of this shape and of the form of the job's id. */
  v: 1
}

const jobName = 'callback'

/** BullMQ writes about four events a job into a stream that nothing of ours reads; the ledger is the record. */
const keptEvents = 1_000

/** BullMQ's states from which a job comes to a worker as soon as one is free. */
const movingStates: readonly string[] = ['prioritized', 'waiting']

export function createCallbackQueue(store: DestinationStore): CallbackQueue {
  const queue = openQueue(store)
  const { destination } = store.ref

  async function add(item: QueueItem): Promise<void> {
    const { id, generation, priority, requestedAtMs, delayMs } = item
    const options = {
      priority: jobPriority(priority, requestedAtMs),
      ...(delayMs > 0 ? { delay: delayMs } : {}),
    }
    // Queue.add takes the id as an option, and BullMQ stores it once more with the options.
    const jobId = jobIdOf(id, generation)
    const job = new Job(queue, jobName, { v: 1 }, options, jobId)
    await takeStep('queue.add', { destination, id, generation }, () =>
      queue.getBackend().addJob(job.asJSON(), jobId),
    )
  }

  async function remove({ id, generation }: CallbackJob): Promise<void> {
    await takeStep('queue.remove', { destination, id, generation }, () =>
      queue.remove(jobIdOf(id, generation), { removeChildren: false }),
    )
  }

  return {
    add,
    remove,
    jobHealth: async (job) => {
      const jobId = jobIdOf(job.id, job.generation)
      const [state, found] = await Promise.all([queue.getJobState(jobId), queue.getJob(jobId)])
      if (state === 'active') return 'healthy'
      if (found === undefined && state === 'unknown') return 'missing'
      // The data of a job whose hash was deleted under way, and made again by BullMQ's own counting, is empty.
      const isWhole = found !== undefined && 'v' in found.data
      if (isWhole && state === 'delayed') return 'delayed'
      return isWhole && movingStates.includes(state) ? 'healthy' : 'broken'
    },
    reenqueue: async (item) => {
      await remove(item)
      if (item.delayMs > horizonMs) return
      await add(item)
      await unscheduleJob(store, jobIdOf(item.id, item.generation))
    },
    promote: async ({ id, generation }) => {
      const job = await queue.getJob(jobIdOf(id, generation))
      // Whoever takes it up in this very moment makes the promotion fail, and is what it was for.
      await takeStep('queue.promote', { destination, id, generation }, async () =>
        job?.promote(),
      ).catch(() => undefined)
    },
    counts: async () => {
      const [counts, scheduled] = await Promise.all([
        queue.getJobCounts('wait', 'prioritized', 'delayed', 'active', 'failed'),
        countScheduled(store),
      ])
      return { ...counts, delayed: (counts['delayed'] ?? 0) + scheduled }
    },
    close: () => queue.close(),
  }
}

/** Takes a job away, in whatever state. False while a worker holds it: then it is left alone. */
export async function removeJob(
  store: DestinationStore,
  { id, generation }: CallbackJob,
): Promise<boolean> {
  const queue = openQueue(store)
  try {
    const jobId = jobIdOf(id, generation)
    const subject = { destination: store.ref.destination, id, generation }
    return (await takeStep('queue.remove', subject, () => queue.remove(jobId))) === 1
  } finally {
    await queue.close()
  }
}

/** Puts a job in place of what is there of it. One that a worker is busy with stays as it is. */
export async function reenqueueJob(store: DestinationStore, item: QueueItem): Promise<void> {
  const queue = createCallbackQueue(store)
  try {
    await queue.reenqueue(item)
  } finally {
    await queue.close()
  }
}

function openQueue({ redis, ref }: DestinationStore): Queue<JobData> {
  const queue = new Queue<JobData>(queueName, {
    connection: redis,
    prefix: queuePrefix(ref),
    streams: { events: { maxLen: keptEvents } },
  })
  queue.on('error', () => {
    // The connection's owner reports it. BullMQ prints what nobody listens to, in lines that no log reader understands.
  })
  return queue
}
