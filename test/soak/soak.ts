import { systemClock } from '../../src/shared/time/clock.ts'
import type { SoakArguments } from './arguments.ts'
import { planFaults } from './fault-plan.ts'
import { inflictAll, type FaultCounts } from './inflict.ts'
import { readLedger, readTold, stillOpen, tellApart } from './ledgers.ts'
import { nothingDecided, operate, type Decisions } from './operators.ts'
import { produceAll } from './producers.ts'
import { harass, hostileMark, type HostileCounts } from './hostile.ts'
import { sayProgress } from './progress.ts'
import { nothingPromised, type Promised } from './promises.ts'
import { reckon, type Reckoning } from './reckoning.ts'
import { whileConnected, type Patience } from './redis-patience.ts'
import { passes, type SoakReport } from './report.ts'
import { tellStories } from './stories.ts'
import { idsToBeAccepted, planSubmissions, type Submission } from './submissions.ts'
import { watchTide } from './tide.ts'
import { longestDrainMs, longestLullMs, times } from './times.ts'
import { openWorld, workerCount, type World } from './world.ts'

/** Trouble for so many minutes, healing, and the reckoning. */
export async function soak(
  soakArguments: SoakArguments,
  say: (line: string) => void,
): Promise<SoakReport> {
  const { minutes, callbacks, seed, keep } = soakArguments
  const startedMs = systemClock.now()
  const durationMs = minutes * 60_000
  const over = new AbortController()
  const world = await openWorld({ seed, over: over.signal, say })
  const submissions = planSubmissions({ seed, callbacks, durationMs })
  const course: Course = {
    ...{ world, submissions, say },
    promised: nothingPromised(),
    faults: {},
    decisions: nothingDecided(),
    discarded: new Map(),
    hostile: {},
  }
  let passed = false
  try {
    const calm = systemClock.sleep(durationMs).then(() => over.abort())
    await Promise.all([calm, goThroughTrouble(course, { durationMs, seed, over: over.signal })])
    const deadlineMs = startedMs + durationMs + longestDrainMs(durationMs)
    const { reckoning, hostileEnds, buriedStrays } = await settleAndReckon(course, deadlineMs)
    const { duplicates, refused, longStrayed, unanswered } = course.promised
    const strays = { buried: buriedStrays, expected: areBuriedInTime(longStrayed, durationMs) }
    passed = passes({ reckoning, strays, crashes: world.crashes })
    return {
      soak: { minutes, callbacks, seed },
      seconds: Math.round((systemClock.now() - startedMs) / 1000),
      faults: course.faults,
      answers: world.sandbox.counts().endings,
      producers: { duplicates, refused, unanswered },
      operators: course.decisions,
      hostile: { sent: course.hostile, ends: hostileEnds },
      strays,
      reckoning,
      crashes: world.crashes,
      passed,
    }
  } finally {
    await world.close(keep || !passed)
    if (keep || !passed) say(`Redis' data and the workers' logs are kept in ${world.folder}`)
  }
}

/** What goes in, and what has come of it so far. */
interface Course {
  world: World
  submissions: readonly Submission[]
  promised: Promised
  faults: FaultCounts
  decisions: Decisions
  discarded: Map<string, number>
  hostile: HostileCounts
  say: (line: string) => void
}

/** Long enough for the walker to come by all keys, whatever is killed meanwhile. */
const walkedInMs = 80_000

function areBuriedInTime(longStrayed: number, durationMs: number): boolean {
  return longStrayed > 0 && durationMs >= walkedInMs
}

/** Returns when all was handed in, every fault is over, and nobody operates any more. */
async function goThroughTrouble(
  { world, submissions, promised, faults, decisions, discarded, hostile, say }: Course,
  { durationMs, seed, over }: { durationMs: number; seed: number; over: AbortSignal },
): Promise<void> {
  const { redis, sandbox } = world
  const redisUrl = redis.url
  const schedule = planFaults({ seed, workers: workerCount, durationMs })
  const done = new AbortController()
  const accompanying = [
    operate({ redisUrl, sandbox, seed, decisions, discarded }, done.signal),
    sayProgress({ redisUrl, promised, faults, say }, done.signal),
    harass({ redisUrl, seed, promised, counts: hostile }, done.signal),
  ]
  await Promise.all([
    produceAll({ redisUrl, submissions, promised, tide: watchTide(redisUrl, over) }),
    inflictAll(schedule, world, faults),
  ])
  say('every fault is over; waiting for what has no end yet')
  done.abort()
  await Promise.all(accompanying)
}

interface Outcome {
  reckoning: Reckoning
  /** What the results tell of entries that somebody hostile has sent. */
  hostileEnds: number
  buriedStrays: number
}

async function settleAndReckon(course: Course, deadlineMs: number): Promise<Outcome> {
  const { world, promised, discarded, say } = course
  const { redis, sandbox, slots, folder } = world
  const { accepted } = promised
  return whileConnected(redis.url, async (patience) => {
    const strays = await world.serveStrays()
    const open = await drain(course, deadlineMs, patience)
    if (open > 0) say(`The time is up, and ${open} are without an end.`)
    await Promise.all([...slots, strays].map((slot) => slot.close()))
    const ledger = await readLedger(accepted, patience)
    const known = new Set([...promised.handedIn].map(({ id }) => id))
    const { honest: results, hostile } = await tellApart(await readTold(patience), known, patience)
    const bookings = sandbox.bookings().filter(({ callId }) => !callId.startsWith(hostileMark))
    const reckoning = reckon({
      ...{ accepted, ledger, bookings, results, known },
      // What somebody hostile has sent is nobody's promise, whatever is done about its letter.
      discarded: new Map([...discarded].filter(([id]) => known.has(id))),
      toBeAccepted: idsToBeAccepted(promised.handedIn),
    })
    tellStories(reckoning.broken, { folder, ledger, results, bookings, say })
    const buriedStrays = results.filter(({ code }) => code === 'unknown-destination').length
    return { reckoning, hostileEnds: hostile.length, buriedStrays }
  })
}

const pollsALine = 5
const pollS = times.drainPollMs / 1000

/** Returns how many have no end. Many that still come to theirs show a machine too slow for so many callbacks. */
async function drain(
  { promised, say }: Course,
  deadlineMs: number,
  patience: Patience,
): Promise<number> {
  let open = await stillOpen(promised.accepted, patience)
  let lullMs = 0
  let polls = 0
  while (open.size > 0 && lullMs < longestLullMs && systemClock.now() < deadlineMs) {
    await systemClock.sleep(times.drainPollMs)
    const left = await stillOpen(open, patience)
    lullMs = left.size < open.size ? 0 : lullMs + times.drainPollMs
    if (polls % pollsALine === 0 || left.size === 0) {
      say(`${left.size} without an end, ${open.size - left.size} fewer than ${pollS} s ago`)
    }
    polls += 1
    open = left
  }
  return open.size
}
