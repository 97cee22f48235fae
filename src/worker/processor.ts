import { DelayedError, Worker, type Job } from 'bullmq'

import { callbackOf } from '../shared/contract/ids.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { queueName, queuePrefix } from '../shared/redis/keys.ts'
import { blameOf } from '../shared/redis/blame.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStep, takeStep, type OpenStep } from '../shared/telemetry/steps.ts'
import { systemClock } from '../shared/time/clock.ts'
import type { AttemptContext } from './attempt/context.ts'
import { runAttempt } from './attempt/run-attempt.ts'
import { isRefusal } from '../shared/redis/is-poison.ts'
import type { JobData } from '../queue/callback-queue.ts'
import { limiterFor } from '../queue/rate.ts'

export interface ProcessorOptions {
  /** BullMQ's own connection: it duplicates it for its blocking reads. */
  connection: Redis
  concurrency: number
  /** Attempts a second over all workers; undefined for no limit. */
  rate: number | undefined
  /** How long a job stays with a worker that has fallen silent. */
  lockMs: number
}

export interface Processor {
  /** Takes no more jobs and waits for those it holds; `signal` aborted makes them give up what they wait for. */
  stop(signal: AbortSignal): Promise<void>
  isRunning(): boolean
}

/** After a failure of ours (never of Salesforce) a job rests this long: an unreadable ledger will not be readable within a second. */
const restMs = 30_000
/** After a refusal of Redis: long enough not to bother a server that is full, short enough to go on when it is not. */
const refusedRestMs = 1_000

/**
 * A job whose worker dies is given to another one however often that happens: the ledger counts every attempt that was
 * opened, and its budget ends a callback that kills its workers. BullMQ's own limit would lose it.
 */
const maxStalledCount = 1_000_000

/** The only user of BullMQ's Worker, its locks and its control-flow errors. It makes attempts of jobs, no decisions. */
export function startProcessor(context: AttemptContext, options: ProcessorOptions): Processor {
  const { connection, concurrency, rate, lockMs } = options
  const stopping = new AbortController()
  const { destination } = context.place
  const finishing: Run['finishing'] = new WeakMap()
  const worker = new Worker<JobData>(
    queueName,
    (job, token) => processJob(job, token, { context, signal: stopping.signal, finishing }),
    {
      connection,
      prefix: queuePrefix(context.place),
      concurrency,
      ...(rate === undefined ? {} : { limiter: limiterFor(rate) }),
      lockDuration: lockMs,
      // A dead worker's jobs are found within lock + interval; BullMQ's default interval would double the wait.
      stalledInterval: Math.ceil(lockMs / 6),
      maxStalledCount,
      removeOnComplete: { count: 0 },
    },
  )
  worker.on('error', (error) => {
    if (blameOf(error) === 'connection')
      context.observe({ event: 'redis.lost', message: error.message })
    else report(undefined, error)
    if (isRefusal(error)) void takeNothingForAWhile()
  })
  worker.on('completed', (job) => finishing.get(job)?.succeed())
  worker.on('failed', (job, error) => {
    const id = job && callbackOf(job.id).id
    report(id, error)
    // Nothing of ours fails a job on purpose. Whatever did: the callback is still promised.
    if (job === undefined) return
    finishing.get(job)?.fail(error)
    takeStep('queue.retry', { destination, ...callbackOf(job.id) }, () =>
      job.retry('failed'),
    ).catch((cause: unknown) => report(id, cause))
  })

  function report(id: string | undefined, error: unknown) {
    context.observe({ event: 'processor.failed', destination, id, message: messageOf(error) })
  }

  /** BullMQ asks again at once when it is refused a job: thousands of times a second, while Redis is full. */
  async function takeNothingForAWhile() {
    if (worker.isPaused()) return
    await worker.pause(true)
    await context.clock.sleep(refusedRestMs)
    if (!worker.closing) await worker.resume()
  }

  return {
    stop: async (signal) => {
      const abort = () => stopping.abort(signal.reason)
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, { once: true })
      await worker.close()
      signal.removeEventListener('abort', abort)
    },
    isRunning: () => worker.isRunning() && !worker.closing,
  }
}

interface Run {
  context: AttemptContext
  signal: AbortSignal
  /** BullMQ finishes a job, and says when it has. */
  finishing: WeakMap<Job, OpenStep>
}

async function processJob(
  job: Job<JobData>,
  token: string | undefined,
  { context, signal, finishing }: Run,
): Promise<void> {
  const instruction = await attemptOrRest(job, context, signal)
  const subject = { destination: context.place.destination, ...callbackOf(job.id) }
  if (instruction.kind === 'finish') {
    // BullMQ does it as soon as this returns.
    finishing.set(job, openStep('queue.finish', subject))
    return
  }
  // BullMQ judges by the clock of this machine, which may be another one than ours.
  const waitMs = instruction.untilMs - context.clock.now()
  const atMs = systemClock.now() + waitMs
  await takeStep('queue.delay', subject, () => job.moveToDelayed(atMs, token))
  throw new DelayedError()
}

async function attemptOrRest(job: Job<JobData>, context: AttemptContext, signal: AbortSignal) {
  const callback = callbackOf(job.id)
  try {
    requireKnownVersion(job.data)
    return await runAttempt(callback, context, signal)
  } catch (error) {
    const { destination } = context.place
    const message = messageOf(error)
    context.observe({ event: 'processor.failed', destination, id: callback.id, message })
    const ms = isRefusal(error) ? refusedRestMs : restMs
    return { kind: 'delay', untilMs: context.clock.now() + ms } as const
  }
}

/** A worker of another version may have written the job. */
function requireKnownVersion({ v }: { v: number }): void {
  if (v !== 1) throw new Error(`the job has version ${v}; this worker knows version 1`)
}
