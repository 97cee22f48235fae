import { systemClock } from '../../src/shared/time/clock.ts'
import type { SoakArguments } from './arguments.ts'
import { planFaults } from './fault-plan.ts'
import { inflictAll, type FaultCounts } from './inflict.ts'
import { readLedger, stillOpen } from './ledgers.ts'
import { operate, type Decisions } from './operators.ts'
import { produceAll } from './producers.ts'
import { sayProgress } from './progress.ts'
import { nothingPromised, type Promised } from './promises.ts'
import { reckon, type Reckoning } from './reckoning.ts'
import { whileConnected } from './redis-patience.ts'
import { passes, type SoakReport } from './report.ts'
import { planSubmissions } from './submissions.ts'
import { times } from './times.ts'
import { openWorld, workerCount, type World } from './world.ts'

/** Trouble for so many minutes, healing, and the reckoning. */
export async function soak(
  soakArguments: SoakArguments,
  say: (line: string) => void,
): Promise<SoakReport> {
  const { minutes, callbacks, seed } = soakArguments
  const startedMs = systemClock.now()
  const world = await openWorld(say)
  const promised = nothingPromised()
  const faults: FaultCounts = {}
  const decisions: Decisions = { redriven: 0, resolvedBooked: 0, resolvedNotBooked: 0 }
  let passed = false
  try {
    await goThroughTrouble(soakArguments, { world, promised, faults, decisions, say })
    const reckoning = await settleAndReckon(world, promised, say)
    passed = passes(reckoning, world.crashes)
    const { duplicates, refused, unanswered } = promised
    return {
      soak: { minutes, callbacks, seed },
      seconds: Math.round((systemClock.now() - startedMs) / 1000),
      faults,
      answers: world.sandbox.counts().endings,
      producers: { duplicates, refused, unanswered },
      operators: decisions,
      reckoning,
      crashes: world.crashes,
      passed,
    }
  } finally {
    await world.close(!passed)
    if (!passed) say(`Redis' data and the workers' logs are kept in ${world.folder}`)
  }
}

interface Trouble {
  world: World
  promised: Promised
  faults: FaultCounts
  decisions: Decisions
  say: (line: string) => void
}

/** Returns when all was handed in, every fault is mended, and nobody operates any more. */
async function goThroughTrouble(
  { minutes, callbacks, seed }: SoakArguments,
  { world, promised, faults, decisions, say }: Trouble,
): Promise<void> {
  const durationMs = minutes * 60_000
  const { redis, sandbox } = world
  const redisUrl = redis.url
  const submissions = planSubmissions({ seed, callbacks, durationMs })
  const schedule = planFaults({ seed, workers: workerCount, durationMs })
  const over = new AbortController()
  const accompanying = [
    operate({ redisUrl, sandbox, seed, decisions }, over.signal),
    sayProgress({ redisUrl, promised, faults, say }, over.signal),
  ]
  await Promise.all([
    produceAll({ redisUrl, submissions, promised }),
    inflictAll(schedule, world, faults),
  ])
  say('everything is mended; waiting for what has no end yet')
  over.abort()
  await Promise.all(accompanying)
}

async function settleAndReckon(
  world: World,
  { accepted }: Promised,
  say: (line: string) => void,
): Promise<Reckoning> {
  const { redis, sandbox, slots } = world
  return whileConnected(redis.url, async (patience) => {
    const deadlineMs = systemClock.now() + times.longestDrainMs
    let open = await stillOpen(accepted, patience)
    while (open.size > 0 && systemClock.now() < deadlineMs) {
      await systemClock.sleep(times.drainPollMs)
      open = await stillOpen(open, patience)
      say(`${open.size} without an end`)
    }
    await Promise.all(slots.map((slot) => slot.close()))
    const ledger = await readLedger(accepted, patience)
    return reckon({ accepted: [...accepted.keys()], ledger, bookings: sandbox.bookings() })
  })
}
