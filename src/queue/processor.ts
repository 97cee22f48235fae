import { DelayedError, Worker, type Job } from 'bullmq'

import { callbackOf, type CallbackJob } from '../shared/contract/ids.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import { blameOf } from '../shared/redis/blame.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { isRefusal } from '../shared/redis/is-poison.ts'
import { queueName, queuePrefix, type Place } from '../shared/redis/keys.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import { reachStep, takeStep } from '../shared/telemetry/steps.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { JobData } from './callback-queue.ts'
import type { Instruction } from './instruction.ts'
import { limiterFor } from './rate.ts'

export interface ProcessorContext {
  /** BullMQ duplicates it for its blocking reads. */
  redis: Redis
  place: Place
  /** What is to be done with a job that is due. Aborted, it gives up what it waits for. */
  perform: (job: CallbackJob, cutShort: AbortSignal) => Promise<Instruction>
  concurrency: number
  /** Attempts a second over all workers; undefined for no limit. */
  rate: number | undefined
  /** How long a job stays with a worker that has fallen silent. */
  lockMs: number
  /** By which an instruction tells the time. */
  clock: Clock
  /** By which BullMQ does: this machine's, and no other can be given to it. */
  queueClock: Pick<Clock, 'now'>
  observe: Observer
}

/** After a failure of ours (never of Salesforce): an unreadable ledger will not be readable in a second. */
const retryDelayMs = 30_000
/** After a refusal of Redis: long enough not to bother a server that is full, short enough to go on when it is not. */
const refusedDelayMs = 1_000

/**
 * A job whose worker dies is given to another one however often that happens: the ledger counts every attempt that was
 * opened, and its budget ends a callback that kills its workers. BullMQ's own limit would lose it.
 */
const maxStalledCount = 1_000_000

/**
 * BullMQ's Worker, its locks and its control-flow errors. It hands out jobs and carries out what it is told to do with them;
 * it decides nothing.
 */
export function createProcessor(context: ProcessorContext): Service {
  let worker: Worker<JobData> | undefined
  return createService(
    'processor',
    async (stopping, cutShort) => {
      worker = openWorker(context, cutShort)
      listen(worker, context)
      await aborted(stopping)
      await worker.close()
    },
    () => worker?.isRunning() !== true,
  )
}

function openWorker(context: ProcessorContext, cutShort: AbortSignal): Worker<JobData> {
  const { redis, place, concurrency, rate, lockMs } = context
  return new Worker<JobData>(
    queueName,
    (job, token) => processJob({ job, token }, context, cutShort),
    {
      connection: redis,
      prefix: queuePrefix(place),
      concurrency,
      ...(rate === undefined ? {} : { limiter: limiterFor(rate) }),
      lockDuration: lockMs,
      // A dead worker's jobs are found within lock + interval; BullMQ's default interval would double the wait.
      stalledInterval: Math.ceil(lockMs / 6),
      maxStalledCount,
      removeOnComplete: { count: 0 },
    },
  )
}

function listen(worker: Worker<JobData>, context: ProcessorContext): void {
  worker.on('error', (error) => {
    if (blameOf(error) === 'connection')
      context.observe({ event: 'redis.lost', message: error.message })
    else reportFailure(context, undefined, error)
    if (isRefusal(error)) void takeNothingForAWhile(worker, context.clock)
  })
  worker.on('completed', (job) => reachStep('queue.finish', 'after', callbackOf(job.id).id))
  worker.on('failed', (job, error) => {
    const id = job && callbackOf(job.id).id
    reportFailure(context, id, error)
    // Nothing of ours fails a job on purpose. Whatever did: the callback is still promised.
    if (job === undefined) return
    takeStep('queue.retry', id, () => job.retry('failed')).catch((cause: unknown) =>
      reportFailure(context, id, cause),
    )
  })
}

/** BullMQ asks again at once when it is refused a job: thousands of times a second, while Redis is full. */
async function takeNothingForAWhile(worker: Worker<JobData>, clock: Clock): Promise<void> {
  if (worker.isPaused()) return
  await worker.pause(true)
  await clock.sleep(refusedDelayMs)
  if (!worker.closing) await worker.resume()
}

interface HeldJob {
  job: Job<JobData>
  token: string | undefined
}

async function processJob(
  { job, token }: HeldJob,
  context: ProcessorContext,
  cutShort: AbortSignal,
): Promise<void> {
  const callback = callbackOf(job.id)
  const instruction = await performOrDelay({ callback, data: job.data }, context, cutShort)
  if (instruction.kind === 'finish') {
    // BullMQ does it as soon as this returns.
    reachStep('queue.finish', 'before', callback.id)
    return
  }
  // BullMQ judges by the clock of this machine, which may be another one than ours.
  const waitMs = instruction.untilMs - context.clock.now()
  const atMs = context.queueClock.now() + waitMs
  await takeStep('queue.delay', callback.id, () => job.moveToDelayed(atMs, token))
  throw new DelayedError()
}

async function performOrDelay(
  { callback, data }: { callback: CallbackJob; data: JobData },
  context: ProcessorContext,
  cutShort: AbortSignal,
): Promise<Instruction> {
  try {
    requireKnownVersion(data)
    return await context.perform(callback, cutShort)
  } catch (error) {
    reportFailure(context, callback.id, error)
    const ms = isRefusal(error) ? refusedDelayMs : retryDelayMs
    return { kind: 'delay', untilMs: context.clock.now() + ms }
  }
}

/** A worker of another version may have written the job. */
function requireKnownVersion({ v }: { v: number }): void {
  if (v !== 1) throw new Error(`the job has version ${v}; this worker knows version 1`)
}

function reportFailure(
  { observe, place }: ProcessorContext,
  id: string | undefined,
  error: unknown,
): void {
  const { destination } = place
  observe({ event: 'processor.failed', destination, id, message: messageOf(error) })
}
