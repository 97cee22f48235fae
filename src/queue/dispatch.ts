import { rest } from '../shared/lifecycle/rest.ts'
import { momentOf, type Admission, type Moment, type Pass } from '../shared/delivery/admission.ts'
import type { Clock } from '../shared/time/clock.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { keepApart } from './moments.ts'

/** Who knows whether a callback may go. */
export interface Gate {
  /** `hasJob`: it is asked for a job that was fetched already. */
  admit(hasJob: boolean): Promise<Admission>
  /** How long before its moment a job is to be fetched, so that it is ready by then: 0 as long as nothing came late. */
  leadMs(): number
  /** Another moment for somebody who has come late to the one of this pass. */
  putOff(pass: Pass): Promise<Admission>
  /** Whether a pass for any number holds, as far as is known here. */
  isFree(pass: Pass): boolean
  /** Somebody has been refused with what was known here: it is to be asked for anew. */
  recall(): void
  /** The attempt of this pass is over, or comes to nothing. */
  release(pass: Pass): Promise<void>
}

/** Where jobs come from and go to. */
export interface Jobs<Job> {
  /** `wait`: until there is one, or for a few seconds. */
  fetch(options: { wait: boolean }): Promise<Job | undefined>
  /** Resolves when its instruction was carried out; with the next job, where one is to be taken at once. */
  process(job: Job, pass: Pass, mayTakeNext: () => boolean): Promise<Job | undefined>
  handBack(job: Job): Promise<void>
}

/** Of those who have a job and may not begin with it yet, for the sake of other destinations. */
export interface WaitingRoom {
  isFull(): boolean
  /** Resolves when it is not full. */
  room(): Promise<void>
}

export interface Dispatch<Job> {
  jobs: Jobs<Job>
  gate: Gate
  waitingRoom: WaitingRoom
  /** Attempts at once. */
  concurrency: number
  clock: Clock
  /** What Redis refused. */
  onError: (error: unknown) => void
}

/** After a refusal of Redis: long enough not to bother a server that is full, short enough to go on when it is not. */
export const refusedDelayMs = 1_000

/**
 * Asks for a moment first and fetches the job second, so that the job that goes is the one that is first in that moment, and no
 * job is locked that may not go. Who has the job waits out what is left until the moment (keep-to-moment.ts). The next moment is
 * asked for while this one is waited for: whoever asked after it would lose what it was late by.
 */
export async function dispatch<Job>(work: Dispatch<Job>, stopping: AbortSignal): Promise<void> {
  const { clock, concurrency } = work
  const lanes = createLanes(concurrency)
  const running = { lanes, stopping, mayFetch: keepApart(clock) }
  while (!stopping.aborted) {
    await lanes.room()
    try {
      await takeOne(work, running)
    } catch (error) {
      await restAfter(error, work, stopping)
    }
  }
  await lanes.empty()
}

interface Running {
  lanes: Lanes
  stopping: AbortSignal
  /** Whether a job may still be fetched for a moment. */
  mayFetch: (moment: Moment) => boolean
}

async function takeOne<Job>(work: Dispatch<Job>, running: Running): Promise<void> {
  const { lanes, stopping } = running
  const { jobs, gate, waitingRoom, clock } = work
  await waitingRoom.room()
  if (stopping.aborted) return
  const admission = await gate.admit(false)
  switch (admission.kind) {
    case 'go':
      lanes.run(() => guarded(() => goAt(work, admission, running), work, stopping))
      return
    case 'free':
    case 'idle': {
      const job = await jobs.fetch({ wait: true })
      if (job === undefined) return
      await admitJob(work, { job, admission }, running)
      return
    }
    case 'held':
      // It may be our own probe that is waited for.
      await Promise.race([rest(clock, admission.ms, stopping), lanes.oneEnds()])
      return
    case 'wait':
      await rest(clock, admission.ms, stopping)
  }
}

interface Fetched<Job> {
  job: Job
  admission: Admission
}

/** A job that was waited for when nothing was due: it may go at once, or so soon that it is kept meanwhile, or goes back. */
async function admitJob<Job>(
  work: Dispatch<Job>,
  { job, admission }: Fetched<Job>,
  running: Running,
): Promise<void> {
  const { lanes, stopping } = running
  const { jobs, gate, clock } = work
  const now = admission.kind === 'free' ? admission : await gate.admit(true)
  if (now.kind === 'free' || now.kind === 'go') {
    const pass = now.kind === 'free' ? now.pass : passAt(now, clock)
    lanes.run(() => guarded(() => keepAndGo(work, { job, pass }, stopping), work, stopping))
    return
  }
  await jobs.handBack(job)
  if (now.kind !== 'idle') await rest(clock, now.ms, stopping)
}

async function goAt<Job>(
  work: Dispatch<Job>,
  admission: Extract<Admission, { kind: 'go' }>,
  { stopping, mayFetch }: Running,
): Promise<void> {
  const { jobs, gate, clock } = work
  const pass = passAt(admission, clock)
  try {
    await momentIsNear(pass, work, stopping)
    if (stopping.aborted || !mayFetch(pass.moment)) return
    const job = await jobs.fetch({ wait: false })
    if (job !== undefined) await jobs.process(job, pass, () => false)
  } finally {
    await gate.release(pass)
  }
}

async function keepAndGo<Job>(
  work: Dispatch<Job>,
  { job, pass }: { job: Job; pass: Pass },
  stopping: AbortSignal,
): Promise<void> {
  const { jobs, gate, waitingRoom } = work
  try {
    await momentIsNear(pass, work, stopping)
    const mayTakeNext = () => !stopping.aborted && !waitingRoom.isFull() && gate.isFree(pass)
    let next: Job | undefined = job
    while (next !== undefined) next = await jobs.process(next, pass, mayTakeNext)
  } finally {
    await gate.release(pass)
  }
}

function passAt(
  admission: Extract<Admission, { kind: 'go' }>,
  clock: Clock,
): Pass & { moment: Moment } {
  return { ...admission.pass, moment: momentOf(admission, clock) }
}

async function momentIsNear<Job>(
  { moment }: Pass,
  { gate, clock }: Dispatch<Job>,
  stopping: AbortSignal,
): Promise<void> {
  if (moment === undefined) return
  const ms = moment.atMs - gate.leadMs() - clock.monotonic()
  if (ms > 0) await rest(clock, ms, stopping)
}

async function guarded<Job>(
  run: () => Promise<void>,
  work: Dispatch<Job>,
  stopping: AbortSignal,
): Promise<void> {
  try {
    await run()
  } catch (error) {
    await restAfter(error, work, stopping)
  }
}

async function restAfter<Job>(
  error: unknown,
  { clock, onError }: Dispatch<Job>,
  stopping: AbortSignal,
): Promise<void> {
  if (!stopping.aborted) onError(error)
  await rest(clock, refusedDelayMs, stopping)
}
