import { randomUUID } from 'node:crypto'

import { DelayedError, WaitingError, Worker, type Job } from 'bullmq'

import { callbackOf, type CallbackJob } from '../shared/contract/ids.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { aborted } from '../shared/lifecycle/aborted.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import { errorOrigin } from '../shared/redis/error-origin.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { isTransientRedisError } from '../shared/redis/poison.ts'
import { queueName, queuePrefix } from '../shared/redis/keys.ts'
import type { Pass } from '../shared/delivery/admission.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import { openStep, takeStep, type OpenStep } from '../shared/telemetry/steps.ts'
import type { Clock } from '../shared/time/clock.ts'
import type { JobData } from './callback-queue.ts'
import {
  dispatch,
  refusedDelayMs,
  type Dispatch,
  type Gate,
  type Jobs,
  type WaitingRoom,
} from './dispatch.ts'
import type { Instruction } from './instruction.ts'
import { backendThatWaits, drainDelayS, type QueueWatch } from './wait-for-job.ts'

export interface ProcessorContext extends QueueWatch {
  store: DestinationStore
  /** What is to be done with a job that is due. Aborted, it gives up what it waits for. */
  perform: (job: CallbackJob, pass: Pass, cutShort: AbortSignal) => Promise<Instruction>
  gate: Gate
  waitingRoom: WaitingRoom
  concurrency: number
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
  /** By which each job that is being processed was let in. */
  passes: WeakMap<Job, Pass>
  cutShort: AbortSignal
}

/**
 * BullMQ's Worker, its locks and its control-flow errors, with a loop of ours in place of its own: BullMQ's fetches jobs for as
 * long as it has room, before anybody could say whether they may go.
 */
class GatedWorker extends Worker<JobData> {
  /** `close` ends the wait for jobs, and then waits for this loop, as it does for BullMQ's. */
  async start(loop: () => Promise<void>): Promise<void> {
    await this.startStalledCheckTimer()
    this.lockManager.start()
    this.mainLoopRunning = loop()
  }
}

/** It hands out jobs that may go, and carries out what it is told to do with them; it decides nothing. */
export function createProcessor(context: ProcessorContext): Service {
  let isFetching = false
  return createService(
    'processor',
    async (stopping, cutShort) => {
      const run = { context, finishing: new WeakMap(), passes: new WeakMap(), cutShort }
      const worker = openWorker(run)
      listen(worker, run)
      await worker.start(async () => {
        isFetching = true
        await dispatch(dispatchOf(worker, run), stopping)
        isFetching = false
      })
      await aborted(stopping)
      await worker.close()
    },
    () => !isFetching,
  )
}

function openWorker(run: Run): GatedWorker {
  const { store, lockMs } = run.context
  const options = {
    connection: store.redis,
    prefix: queuePrefix(store.ref),
    autorun: false,
    drainDelay: drainDelayS,
    lockDuration: lockMs,
    // A dead worker's jobs are found within lock + interval; BullMQ's default interval would double the wait.
    stalledInterval: Math.ceil(lockMs / 6),
    maxStalledCount,
    removeOnComplete: { count: 0 },
  }
  const process = (job: Job<JobData>, token?: string) => processJob({ job, token }, run)
  return new GatedWorker(queueName, process, options, backendThatWaits(run.context))
}

function dispatchOf(worker: GatedWorker, run: Run): Dispatch<Job<JobData>> {
  const { gate, waitingRoom, concurrency, clock } = run.context
  return {
    jobs: jobsOf(worker, run),
    gate,
    waitingRoom,
    concurrency,
    clock,
    onError: (error) => report(run.context, error),
  }
}

function jobsOf(worker: GatedWorker, { context, passes }: Run): Jobs<Job<JobData>> {
  return {
    fetch: async ({ wait }) => await worker.getNextJob(randomUUID(), { block: wait }),
    process: async (job, pass, mayTakeNext) => {
      passes.set(job, pass)
      return (await worker.processJob(job, job.token ?? '', mayTakeNext)) ?? undefined
    },
    handBack: (job) => handBack({ job, token: job.token }, context),
  }
}

function listen(worker: Worker<JobData>, { context, finishing }: Run): void {
  worker.on('error', (error) => report(context, error))
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

/** What is lost, its connections say themselves. */
function report(context: ProcessorContext, error: unknown): void {
  if (errorOrigin(error) !== 'connection') reportFailure(context, undefined, error)
}

interface HeldJob {
  job: Job<JobData>
  token: string | undefined
}

async function processJob({ job, token }: HeldJob, run: Run): Promise<void> {
  const { context, finishing } = run
  const instruction = await performOrDelay(job, run)
  if (instruction.kind === 'hand-back') {
    context.gate.recall()
    await handBack({ job, token }, context)
    throw new WaitingError()
  }
  if (instruction.kind === 'finish') {
    // BullMQ does it as soon as this returns.
    const finish = openStep('queue.finish', subjectOf(job, context))
    if (finish !== undefined) finishing.set(job, finish)
    return
  }
  // BullMQ judges by the clock of this machine, which may be another one than ours.
  const waitMs = instruction.untilMs - context.clock.now()
  const atMs = context.queueClock.now() + waitMs
  await takeStep('queue.delay', subjectOf(job, context), () => job.moveToDelayed(atMs, token))
  throw new DelayedError()
}

async function handBack({ job, token }: HeldJob, context: ProcessorContext): Promise<void> {
  await takeStep('queue.hand-back', subjectOf(job, context), () => job.moveToWait(token))
}

async function performOrDelay(
  job: Job<JobData>,
  { context, passes, cutShort }: Run,
): Promise<Instruction> {
  const { id: jobId, data } = job
  const callback = callbackOf(jobId)
  try {
    requireKnownVersion(data)
    const pass = passes.get(job)
    if (pass === undefined) throw new Error('the job was let in by nobody')
    return await context.perform(callback, pass, cutShort)
  } catch (error) {
    reportFailure(context, callback.id, error)
    const ms = isTransientRedisError(error) ? refusedDelayMs : retryDelayMs
    return { kind: 'delay', untilMs: context.clock.now() + ms }
  }
}

/** What a step with this job is about. */
function subjectOf(job: Job, { store }: ProcessorContext) {
  return { destination: store.ref.destination, ...callbackOf(job.id) }
}

/** A worker of another version may have written the job. */
function requireKnownVersion({ v }: { v: number }): void {
  if (v !== 1) throw new Error(`the job has version ${v}; this worker knows version 1`)
}

function reportFailure(
  { observe, store }: ProcessorContext,
  id: string | undefined,
  error: unknown,
): void {
  const { destination } = store.ref
  observe({ event: 'processor.failed', destination, id, message: messageOf(error) })
}
