import { systemClock } from '../../src/shared/time/clock.ts'
import type { SoakArguments } from './arguments.ts'
import { planFaults } from './fault-plan.ts'
import { injectAll, type FaultCounts } from './inject-faults.ts'
import { readLedger, readPublished, stillOpen, splitHostile } from './ledgers.ts'
import { control, nothingControlled, type Controls } from './controllers.ts'
import { nothingDecided, operate, type Decisions } from './operators.ts'
import { produceAll } from './producers.ts'
import { attack, hostileMark, type HostileCounts } from './hostile.ts'
import { sayProgress } from './progress.ts'
import { nothingSubmitted, type Submitted } from './submitted.ts'
import { auditRun, type Audit } from './audit.ts'
import { whileConnected, type Patience } from './redis-patience.ts'
import { passes, type SoakReport } from './report.ts'
import { printDiagnostics } from './diagnostics.ts'
import { idsToBeAccepted, planSubmissions, type Submission } from './submissions.ts'
import { watchBacklog } from './backpressure.ts'
import { longestDrainMs, longestIdleMs, times } from './times.ts'
import { openEnvironment, workerCount, type SoakEnvironment } from './environment.ts'

/** So many minutes of faults, the drain, and the audit. */
export async function soak(
  soakArguments: SoakArguments,
  say: (line: string) => void,
): Promise<SoakReport> {
  const { minutes, callbacks, seed, keep } = soakArguments
  const startedMs = systemClock.now()
  const durationMs = minutes * 60_000
  const over = new AbortController()
  const environment = await openEnvironment({ seed, over: over.signal, say })
  const submissions = planSubmissions({ seed, callbacks, durationMs })
  const run: Run = {
    environment,
    submissions,
    say,
    submitted: nothingSubmitted(),
    faults: {},
    decisions: nothingDecided(),
    controls: nothingControlled(),
    discarded: new Map(),
    hostile: {},
  }
  let passed = false
  try {
    const timer = systemClock.sleep(durationMs).then(() => over.abort())
    await Promise.all([timer, runWithFaults(run, { durationMs, seed, over: over.signal })])
    const deadlineMs = startedMs + durationMs + longestDrainMs(durationMs)
    const { audit, hostileEnds, buriedStrays } = await drainAndAudit(run, deadlineMs)
    const { duplicates, refused, longStrayed, unanswered } = run.submitted
    const strays = { buried: buriedStrays, expected: areBuriedInTime(longStrayed, durationMs) }
    passed = passes({ audit, strays, crashes: environment.crashes })
    return {
      soak: { minutes, callbacks, seed },
      seconds: Math.round((systemClock.now() - startedMs) / 1000),
      faults: run.faults,
      answers: environment.sandbox.counts().endings,
      producers: { duplicates, refused, unanswered },
      operators: run.decisions,
      controllers: run.controls,
      hostile: { sent: run.hostile, ends: hostileEnds },
      strays,
      audit,
      crashes: environment.crashes,
      passed,
    }
  } finally {
    await environment.close(keep || !passed)
    if (keep || !passed) say(`Redis' data and the workers' logs are kept in ${environment.folder}`)
  }
}

/** What goes in, and what has become of it so far. */
interface Run {
  environment: SoakEnvironment
  submissions: readonly Submission[]
  submitted: Submitted
  faults: FaultCounts
  decisions: Decisions
  controls: Controls
  discarded: Map<string, number>
  hostile: HostileCounts
  say: (line: string) => void
}

/** Long enough for the walker to visit all keys, whatever is killed meanwhile. */
const walkedInMs = 80_000

function areBuriedInTime(longStrayed: number, durationMs: number): boolean {
  return longStrayed > 0 && durationMs >= walkedInMs
}

/** Returns when everything was submitted, every fault is over, and the operators have stopped. */
async function runWithFaults(
  {
    environment,
    submissions,
    submitted,
    faults,
    decisions,
    controls,
    discarded,
    hostile,
    say,
  }: Run,
  { durationMs, seed, over }: { durationMs: number; seed: number; over: AbortSignal },
): Promise<void> {
  const { redis, sandbox } = environment
  const redisUrl = redis.url
  const schedule = planFaults({ seed, workers: workerCount, durationMs })
  const done = new AbortController()
  const accompanying = [
    operate({ redisUrl, sandbox, seed, decisions, discarded }, done.signal),
    control({ redisUrl, seed, submitted, controls }, done.signal),
    sayProgress({ redisUrl, submitted, faults, say }, done.signal),
    attack({ redisUrl, seed, submitted, counts: hostile }, done.signal),
  ]
  await Promise.all([
    produceAll({ redisUrl, submissions, submitted, backpressure: watchBacklog(redisUrl, over) }),
    injectAll(schedule, environment, faults),
  ])
  say('every fault is over; waiting for callbacks without an end')
  done.abort()
  await Promise.all(accompanying)
}

interface Outcome {
  audit: Audit
  /** How many ends the results have of entries that an attacker has sent. */
  hostileEnds: number
  buriedStrays: number
}

async function drainAndAudit(run: Run, deadlineMs: number): Promise<Outcome> {
  const { environment, submitted, discarded, say } = run
  const { redis, sandbox, slots, folder } = environment
  const { accepted } = submitted
  return whileConnected(redis.url, async (patience) => {
    const strays = await environment.serveStrays()
    const open = await drain(run, deadlineMs, patience)
    if (open > 0) say(`The time is up, and ${open} callbacks are without an end.`)
    await Promise.all([...slots, strays].map((slot) => slot.close()))
    const ledger = await readLedger(accepted, patience)
    const known = new Set([...submitted.begun].map(({ id }) => id))
    const { honest: results, hostile } = await splitHostile(
      await readPublished(patience),
      known,
      patience,
    )
    const bookings = sandbox.bookings().filter(({ callId }) => !callId.startsWith(hostileMark))
    const audit = auditRun({
      accepted,
      ledger,
      bookings,
      results,
      known,
      // An attacker's entry is not a promise to anybody, whatever is done about its dead letter.
      discarded: new Map([...discarded].filter(([id]) => known.has(id))),
      toBeAccepted: idsToBeAccepted(submitted.begun),
    })
    printDiagnostics(audit.violations, { folder, ledger, results, bookings, say })
    const buriedStrays = results.filter(({ code }) => code === 'unknown-destination').length
    return { audit, hostileEnds: hostile.length, buriedStrays }
  })
}

const pollsALine = 5
const pollS = times.drainPollMs / 1000

/** Returns how many have no end. If many still reach theirs, the machine is too slow for so many callbacks. */
async function drain(
  { submitted, say }: Run,
  deadlineMs: number,
  patience: Patience,
): Promise<number> {
  let open = await stillOpen(submitted.accepted, patience)
  let idleMs = 0
  let polls = 0
  while (open.size > 0 && idleMs < longestIdleMs && systemClock.now() < deadlineMs) {
    await systemClock.sleep(times.drainPollMs)
    const left = await stillOpen(open, patience)
    idleMs = left.size < open.size ? 0 : idleMs + times.drainPollMs
    if (polls % pollsALine === 0 || left.size === 0) {
      say(`${left.size} without an end, ${open.size - left.size} fewer than ${pollS} s ago`)
    }
    polls += 1
    open = left
  }
  return open.size
}
