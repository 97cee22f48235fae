import { DelayedError, Worker, type Job } from 'bullmq'

import { callbackOf, type CallbackJob } from '../shared/contract/ids.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { isTransientRedisError } from '../shared/redis/poison.ts'
import { queueName, queuePrefix, type DestinationRef } from '../shared/redis/keys.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import { openStep, takeStep, type OpenStep } from '../shared/telemetry/steps.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { JobData } from './callback-queue.ts'
import type { Instruction } from './instruction.ts'
import { limiterFor } from './rate.ts'

export interface ProcessorContext {
  /** BullMQ duplicates it for its blocking reads. */
  redis: Redis
  ref: DestinationRef
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

/** BullMQ finishes a job itself, and says when it has. */
type Finishing = WeakMap<Job, OpenStep>

/** A processor that runs. */
interface Run {
  context: ProcessorContext
  finishing: Finishing
  cutShort: AbortSignal
}

/**
 * BullMQ's Worker, its locks and its control-flow errors. It hands out jobs and carries out what it is told to do with them;
 * it decides nothing.
 */
export function createProcessor(context: ProcessorContext): Service {
  let worker: Worker<JobData> | undefined
  return createService(
    'processor',
    async (stopping, cutShort) => {
      const run = { context, finishing: new WeakMap(), cutShort }
      worker = openWorker(run)
      listen(worker, run)
      await aborted(stopping)
      await worker.close()
    },
    () => worker?.isRunning() !== true,
  )
}

function openWorker(run: Run): Worker<JobData> {
  const { redis, ref, concurrency, rate, lockMs } = run.context
  return new Worker<JobData>(queueName, (job, token) => processJob({ job, token }, run), {
    connection: redis,
    prefix: queuePrefix(ref),
    concurrency,
    ...(rate === undefined ? {} : { limiter: limiterFor(rate) }),
    lockDuration: lockMs,
    // A dead worker's jobs are found within lock + interval; BullMQ's default interval would double the wait.
    stalledInterval: Math.ceil(lockMs / 6),
    maxStalledCount,
    removeOnComplete: { count: 0 },
  })
}

function listen(worker: Worker<JobData>, { context, finishing }: Run): void {
  worker.on('error', (error) => {
    if (errorOrigin(error) === 'connection')
      context.observe({ event: 'redis.lost', message: error.message })
    else reportFailure(context, undefined, error)
    if (isTransientRedisError(error)) void takeNothingForAWhile(worker, context.clock)
  })
  worker.on('completed', (job) => finishing.get(job)?.succeed())
  worker.on('failed', (job, error) => {
    reportFailure(context, job && callbackOf(job.id).id, error)
    // Nothing of ours fails a job on purpose. Whatever did: the callback is still promised.
    if (job === undefined) return
    finishing.get(job)?.fail(error)
    const subject = subjectOf(job, context)
    takeStep('queue.retry', subject, () => job.retry('failed')).catch((cause: unknown) =>
      reportFailure(context, subject.id, cause),
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

async function processJob({ job, token }: HeldJob, run: Run): Promise<void> {
  const { context, finishing } = run
  const instruction = await performOrDelay(job, run)
  if (instruction.kind === 'finish') {
    // BullMQ does it as soon as this returns.
    finishing.set(job, openStep('queue.finish', subjectOf(job, context)))
    return
  }
  // BullMQ judges by the clock of this machine, which may be another one than ours.
  const waitMs = instruction.untilMs - context.clock.now()
  const atMs = context.queueClock.now() + waitMs
  await takeStep('queue.delay', subjectOf(job, context), () => job.moveToDelayed(atMs, token))
  throw new DelayedError()
}

async function performOrDelay(
  { id: jobId, data }: Job<JobData>,
  { context, cutShort }: Run,
): Promise<Instruction> {
  const callback = callbackOf(jobId)
  try {
    requireKnownVersion(data)
    return await context.perform(callback, cutShort)
  } catch (error) {
    reportFailure(context, callback.id, error)
    const ms = isTransientRedisError(error) ? refusedDelayMs : retryDelayMs
    return { kind: 'delay', untilMs: context.clock.now() + ms }
  }
}

/** What a step with this job is about. */
function subjectOf(job: Job, { ref }: ProcessorContext) {
  return { destination: ref.destination, ...callbackOf(job.id) }
}

/** A worker of another version may have written the job. */
function requireKnownVersion({ v }: { v: number }): void {
  if (v !== 1) throw new Error(`the job has version ${v}; this worker knows version 1`)
}

function reportFailure(
  { observe, ref }: ProcessorContext,
  id: string | undefined,
  error: unknown,
): void {
  const { destination } = ref
  observe({ event: 'processor.failed', destination, id, message: messageOf(error) })
}
