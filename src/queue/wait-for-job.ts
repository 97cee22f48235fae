import { createRedisBackend, type BackendFactory, type RedisQueueBackend } from 'bullmq'

/** How a worker learns that there is a job, or will be. */
export interface JobWait {
  /** What BullMQ has left for it within `ms`. */
  wait(ms: number): Promise<{ member: string; score: number } | undefined>
  leave(): void
}

/** BullMQ's own backend, with another way to wait than a connection for each queue. */
export function backendThatWaits(jobs: JobWait): BackendFactory<RedisQueueBackend> {
  return (name, options) => {
    const backend = createRedisBackend(name, options)
    const close = backend.close.bind(backend)
    return Object.assign(backend, {
      waitForJob: async (seconds: number) => (await jobs.wait(1_000 * seconds)) ?? null,
      disconnectBlocking: () => {
        jobs.leave()
        return Promise.resolve()
      },
      reconnectBlocking: () => Promise.resolve(),
      // A worker that was stopped before it began has waited for nothing.
      close: async (force?: boolean) => {
        jobs.leave()
        await close(force)
      },
    })
  }
}
