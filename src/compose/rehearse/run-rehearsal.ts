import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { startLocalRedis } from '../../local-redis/start-local-redis.ts'
import type { Fault } from '../../sandbox/faults.ts'
import { createKeyPair } from '../../sandbox/key-pair.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { openArrivals, type Arrivals } from './arrivals.ts'
import { intervalsAsTheyPass, type Interval } from './interval.ts'
import { patienceMs, scheduleOf, type Plan } from './plan.ts'
import { startRecorder, type Recorder, type Recording } from './recording.ts'
import { startWorkers } from './start-workers.ts'
import { watchDestination } from './watch-destination.ts'
import { callCenter, orgId, workerSettings } from './worker-settings.ts'

export interface RehearsalDeps {
  clock: Clock
  /** Ends it early. */
  stopped: AbortSignal
  say: (line: string) => void
  /** Told of each interval when it is over. */
  onInterval: (interval: Interval, recording: Recording) => void
}

/** What Salesforce answers while it is away: it fails before it has taken anything. */
const away: Fault = { do: 'break', status: 503 }

/** Of the timer that notices when this process is held up. */
const resolutionMs = 10

/** How often it is looked whether everything has ended. */
const lookMs = 50

/** Starts a Redis, a stand-in for Salesforce and workers, has an outage happen to them, and gives what was seen. */
export async function runRehearsal(plan: Plan, deps: RehearsalDeps): Promise<Recording> {
  const { clock, say } = deps
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-rehearsal-'))
  const redis = await startLocalRedis({ dataDir, clock, say })
  const { privateKey, publicKey } = createKeyPair()
  const sandbox = await startSandbox({ publicKey, orgId, callCenter, clock })
  try {
    const stage = { redisUrl: redis.url, salesforceUrl: sandbox.url, privateKey }
    const workers = startWorkers(plan.workers, workerSettings(stage, plan))
    const ended = new AbortController()
    const stopped = AbortSignal.any([deps.stopped, ended.signal])
    try {
      const played = play({ plan, deps: { ...deps, stopped }, sandbox, redisUrl: redis.url })
      return await Promise.race([workers.failed, played])
    } finally {
      ended.abort()
      await workers.stop()
    }
  } finally {
    await sandbox.close()
    await redis.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

interface Stage {
  plan: Plan
  deps: RehearsalDeps
  sandbox: Sandbox
  redisUrl: string
}

async function play(stage: Stage): Promise<Recording> {
  const { plan, deps, sandbox, redisUrl } = stage
  const { clock, stopped } = deps
  const recorder = startRecorder(clock)
  noteRequests(sandbox, recorder)
  const arrivals = openArrivals({ redisUrl, plan, recorder, clock })
  const [arriving, over] = [new AbortController(), new AbortController()]
  const ending = AbortSignal.any([stopped, over.signal])
  const watch = { redisUrl, rate: plan.rate, recorder, clock }
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  const watched = watchDestination(watch, ending)
  const beside = Promise.all([
    arrivals.keepComing(AbortSignal.any([ending, arriving.signal])),
    report(stage, recorder, { ending, watched }),
    giveUp(stage, over, ending),
  ])
  try {
    const scene = { ...stage, recorder, arrivals, arriving }
    // What fails beside it ends it; what goes on beside it ends with it.
    await Promise.race([direct(scene, ending), beside])
    over.abort()
    await beside
    const heldUpMs = Math.max(0, delays.max / 1e6 - resolutionMs)
    return { ...recorder.recording, heldUpMs }
  } finally {
    delays.disable()
    over.abort()
    await arrivals.close()
  }
}

function noteRequests(sandbox: Sandbox, { recording, noteBooking, now }: Recorder): void {
  sandbox.on((event) => {
    if (event.kind === 'request') recording.requests.push(now())
    if (event.kind === 'booking') noteBooking({ id: event.callId, atMs: now() })
  })
}

interface Scene extends Stage {
  recorder: Recorder
  arrivals: Arrivals
  arriving: AbortController
}

/** The course of events. */
async function direct(scene: Scene, ending: AbortSignal): Promise<void> {
  const { plan, deps, sandbox, recorder, arrivals, arriving } = scene
  const { recording, now, waiting } = recorder
  const { beforeMs, spikeAfterMs, stepMs } = scheduleOf(plan)
  const { clock } = deps
  const until = async (condition: () => boolean) => {
    while (!condition() && !ending.aborted) await rest(clock, lookMs, ending)
  }

  await until(() => recording.bookings.length > 0)
  await rest(clock, beforeMs, ending)
  sandbox.setFaults([away])
  const beganMs = (recording.outageBeganMs = now())
  await rest(clock, spikeAfterMs, ending)
  if (!ending.aborted) await arrivals.spike(plan.spike)
  await rest(clock, beganMs + plan.outageMs - now(), ending)
  sandbox.setFaults([])
  recording.outageEndedMs = now()
  await until(() => waiting() === 0)
  await rest(clock, stepMs, ending)
  arriving.abort()
  await until(() => waiting() === 0)
}

interface Reported {
  ending: AbortSignal
  /** When all has been seen. */
  watched: Promise<void>
}

/** Tells of each interval as it passes, and of the last one when nothing more comes to light. */
async function report(
  { plan, deps }: Stage,
  { recording, now }: Recorder,
  { ending, watched }: Reported,
): Promise<void> {
  const { stepMs } = scheduleOf(plan)
  const intervalUntil = intervalsAsTheyPass(recording)
  const isOver = () => ending.aborted
  for (let toMs = stepMs; !isOver(); toMs += stepMs) {
    await rest(deps.clock, toMs - now(), ending)
    if (isOver()) await watched
    deps.onInterval(intervalUntil(isOver() ? now() : Math.min(toMs, now())), recording)
  }
}

/** What does not drain would go on for ever. */
async function giveUp(
  { plan, deps }: Stage,
  over: AbortController,
  ending: AbortSignal,
): Promise<void> {
  await rest(deps.clock, patienceMs(plan), ending)
  over.abort()
}
