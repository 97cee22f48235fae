import { Queue } from 'bullmq'

import { jobIdOf } from '../shared/contract/ids.ts'
import { defaultPriority } from '../shared/contract/intent.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { queueName, queuePrefix, type Place } from '../shared/redis/keys.ts'
import type { CallbackJob } from './attempt/context.ts'

export interface QueueItem extends CallbackJob {
  priority: number | undefined
  delayMs: number
}

export interface CallbackQueue {
  /** Repeating it is harmless: a job that is there is left as it is. */
  add(item: QueueItem): Promise<void>
  /** Whether the queue holds a job of this callback and generation, in whatever state. */
  has(job: CallbackJob): Promise<boolean>
  counts(): Promise<Record<string, number>>
  close(): Promise<void>
}

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

/** BullMQ's 0 means "no priority" and overtakes every other; ours begins above it so that 0 to 9 keep their order. */
const priorityOffset = 1

export function createCallbackQueue(redis: Redis, place: Place): CallbackQueue {
  const queue = openQueue(redis, place)
  return {
    add: async ({ id, generation, priority, delayMs }) => {
      await queue.add(
        jobName,
        { v: 1 },
        {
          jobId: jobIdOf(id, generation),
          priority: (priority ?? defaultPriority) + priorityOffset,
          ...(delayMs > 0 ? { delay: delayMs } : {}),
        },
      )
    },
    has: async ({ id, generation }) => (await queue.getJob(jobIdOf(id, generation))) !== undefined,
    counts: () => queue.getJobCounts('wait', 'prioritized', 'delayed', 'active', 'failed'),
    close: () => queue.close(),
  }
}

/** Takes a job away, in whatever state. False while a worker holds it: then it is left alone. */
export async function removeJob(
  redis: Redis,
  place: Place,
  { id, generation }: CallbackJob,
): Promise<boolean> {
  const queue = openQueue(redis, place)
  try {
    return (await queue.remove(jobIdOf(id, generation))) === 1
  } finally {
    await queue.close()
  }
}

function openQueue(redis: Redis, place: Place): Queue<JobData> {
  return new Queue<JobData>(queueName, {
    connection: redis,
    prefix: queuePrefix(place),
    streams: { events: { maxLen: keptEvents } },
  })
}
