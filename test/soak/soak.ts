import { systemClock } from '../../src/shared/time/clock.ts'
import type { SoakArguments } from './arguments.ts'
import { planFaults } from './fault-plan.ts'
import { inflictAll, type FaultCounts } from './inflict.ts'
import { readLedger, readTold, stillOpen } from './ledgers.ts'
import { nothingDecided, operate, type Decisions } from './operators.ts'
import { produceAll } from './producers.ts'
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
  }
  let passed = false
  try {
    const calm = systemClock.sleep(durationMs).then(() => over.abort())
    await Promise.all([calm, goThroughTrouble(course, { durationMs, seed, over: over.signal })])
    const deadlineMs = startedMs + durationMs + longestDrainMs(durationMs)
    const reckoning = await settleAndReckon(course, deadlineMs)
    passed = passes(reckoning, world.crashes)
    const { duplicates, refused, unanswered } = course.promised
    return {
      soak: { minutes, callbacks, seed },
      seconds: Math.round((systemClock.now() - startedMs) / 1000),
      faults: course.faults,
      answers: world.sandbox.counts().endings,
      producers: { duplicates, refused, unanswered },
      operators: course.decisions,
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
  say: (line: string) => void
}

/** Returns when all was handed in, every fault is mended, and nobody operates any more. */
async function goThroughTrouble(
  { world, submissions, promised, faults, decisions, discarded, say }: Course,
  { durationMs, seed, over }: { durationMs: number; seed: number; over: AbortSignal },
): Promise<void> {
  const { redis, sandbox } = world
  const redisUrl = redis.url
  const schedule = planFaults({ seed, workers: workerCount, durationMs })
  const done = new AbortController()
  const accompanying = [
    operate({ redisUrl, sandbox, seed, decisions, discarded }, done.signal),
    sayProgress({ redisUrl, promised, faults, say }, done.signal),
  ]
  await Promise.all([
    produceAll({ redisUrl, submissions, promised, tide: watchTide(redisUrl, over) }),
    inflictAll(schedule, world, faults),
  ])
  say('everything is mended; waiting for what has no end yet')
  done.abort()
  await Promise.all(accompanying)
}

async function settleAndReckon(course: Course, deadlineMs: number): Promise<Reckoning> {
  const { world, promised, discarded, say } = course
  const { redis, sandbox, slots, folder } = world
  const { accepted } = promised
  return whileConnected(redis.url, async (patience) => {
    const strays = await world.serveStrays()
    const open = await drain(course, deadlineMs, patience)
    if (open > 0) say(`The time is up, and ${open} are without an end.`)
    await Promise.all([...slots, strays].map((slot) => slot.close()))
    const ledger = await readLedger(accepted, patience)
    const results = await readTold(patience)
    const bookings = sandbox.bookings()
    const reckoning = reckon({
      ...{ accepted, discarded, ledger, bookings, results },
      known: new Set([...promised.handedIn].map(({ id }) => id)),
      toBeAccepted: idsToBeAccepted(promised.handedIn),
    })
    tellStories(reckoning.broken, { folder, ledger, results, bookings, say })
    return reckoning
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
