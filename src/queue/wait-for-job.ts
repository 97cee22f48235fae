import { createRedisBackend, type BackendFactory, type RedisQueueBackend } from 'bullmq'

/** How a worker learns that there is a job, or will be. */
export interface JobWait {
  /** What BullMQ has left for it within `ms`. */
  wait(ms: number): Promise<{ member: string; score: number } | undefined>
  leave(): void
}

/** What lay on the queue a second ago, at most: of what came since, BullMQ has left a sign. */
export interface Lay {
  /** A worker had a job. */
  hasActive: boolean
  /** There were jobs that none had. */
  hasJobs: boolean
}

export interface QueueWatch {
  openJobs: () => JobWait
  lay: () => Promise<Lay>
}

/** So long somebody waits who knows of no job that is to become due; after that he looks whether a sign was lost. */
export const drainDelayS = 10

/**
 * BullMQ's own backend, with another way to wait than a connection for each queue, and which asks Redis for a job that nobody has
 * spoken of, or for stalled ones, only where there are any: three hundred idle queues would ask a hundred times a second.
 */
export function backendThatWaits({ openJobs, lay }: QueueWatch): BackendFactory<RedisQueueBackend> {
  const jobs = openJobs()
  return (name, options) => {
    const backend = createRedisBackend(name, options)
    const close = backend.close.bind(backend)
    const moveStalledJobsToWait = backend.moveStalledJobsToWait.bind(backend)
    let isLeft = false
    const leave = () => {
      isLeft = true
      jobs.leave()
    }
    return Object.assign(backend, {
      waitForJob: async (seconds: number) => {
        let marker = await jobs.wait(1_000 * seconds)
        const mayWaitOn = async () =>
          marker === undefined && seconds >= drainDelayS && !isLeft && !(await lay()).hasJobs
        while (await mayWaitOn()) marker = await jobs.wait(1_000 * seconds)
        return marker ?? null
      },
      moveStalledJobsToWait: async () =>
        (await lay()).hasActive ? await moveStalledJobsToWait() : [],
      disconnectBlocking: () => {
        leave()
        return Promise.resolve()
      },
      reconnectBlocking: () => Promise.resolve(),
      // A worker that was stopped before it began has waited for nothing.
      close: async (force?: boolean) => {
        leave()
        await close(force)
      },
    })
  }
}
