import { planRun } from '../../src/ops/operations/runs/plan-run.ts'
import { startRun } from '../../src/ops/operations/runs/decide-run.ts'
import { RingbackError } from '../../src/shared/errors/errors.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { openStore, type DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { pause } from '../../src/shared/store/control/pause.ts'
import { resume } from '../../src/shared/store/control/resume.ts'
import { setRate } from '../../src/shared/store/control/set-rate.ts'
import { bridgeGroup } from '../../src/shared/store/inbox/inbox.ts'
import { cancel } from '../../src/shared/store/ledger/cancel.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { isoTimestamp } from '../../src/shared/time/timestamp.ts'
import { seededIntegers } from '../support/seeded.ts'
import { destinations, type DestinationName } from './destinations.ts'
import { whileConnected, type Patience } from './redis-patience.ts'
import { retentionMs } from './times.ts'
import { namespace } from './worker-settings.ts'
import type { Submitted } from './submitted.ts'

/** What was done about destinations and callbacks while all went on. */
export interface Controls {
  paused: number
  resumed: number
  rateSet: number
  cancelled: number
  /** Wished for while an attempt was under way, or in doubt. */
  cancelledUnderWay: number
  /** Wishes of vendors, through the inbox. */
  wished: number
  /** Redrives of all dead letters that were not booked, carried out by the workers. */
  runs: number
}

export function nothingControlled(): Controls {
  return {
    paused: 0,
    resumed: 0,
    rateSet: 0,
    cancelled: 0,
    cancelledUnderWay: 0,
    wished: 0,
    runs: 0,
  }
}

export interface Controlling {
  redisUrl: string
  seed: number
  submitted: Submitted
  controls: Controls
}

const roundMs = 2_000
const longestPauseMs = 4_000
const nobody = { by: undefined, why: undefined }
/** Below and above what the workers are configured with. */
const rates = [20, 60, 200, 'none', undefined] as const

/** Pauses, resumes, changes rates and cancels at random until the signal; then all is as it was configured. */
export async function control(controlling: Controlling, signal: AbortSignal): Promise<void> {
  const draw = seededIntegers(controlling.seed + 1)
  await whileConnected(controlling.redisUrl, async (patience) => {
    while (!signal.aborted) {
      for (const desk of desksOf(controlling, patience)) await oneRound(desk, draw)
      await systemClock.sleep(roundMs, signal).catch(() => undefined)
    }
    for (const { ask } of desksOf(controlling, patience)) {
      await ask((store) => resume(store, { what: ['dispatch'] }))
      await ask((store) => setRate(store, { rate: undefined, ...nobody }))
    }
  })
}

interface Desk extends Controlling {
  destination: DestinationName
  /** The newest of its callbacks. */
  newest: readonly string[]
  ask: <Result>(act: (store: DestinationStore) => Promise<Result>) => Promise<Result>
}

function desksOf(controlling: Controlling, patience: Patience): Desk[] {
  const accepted = [...controlling.submitted.accepted]
  return destinations.map((destination) => ({
    ...controlling,
    destination,
    newest: accepted.flatMap(([id, its]) => (its === destination ? [id] : [])).slice(-100),
    ask: (act) => patience((redis) => act(openStore(redis, { namespace, destination }))),
  }))
}

type Draw = (least: number, most: number) => number

async function oneRound(desk: Desk, draw: Draw): Promise<void> {
  await controlDestination(desk, draw)
  await cancelOne(desk, draw)
  await wishThroughInbox(desk, draw)
  if (draw(1, 8) === 1) await redriveAll(desk)
}

async function controlDestination({ ask, controls }: Desk, draw: Draw): Promise<void> {
  const oneIn = (count: number) => draw(1, count) === 1
  if (oneIn(6)) {
    const forMs = oneIn(2) ? draw(300, longestPauseMs) : undefined
    await ask((store) => pause(store, { what: 'dispatch', ...nobody, forMs }))
    controls.paused += 1
  } else if (oneIn(2)) {
    const resumed = await ask((store) => resume(store, { what: ['dispatch'] }))
    controls.resumed += resumed.length
  }
  if (oneIn(5)) {
    const rate = rates[draw(0, rates.length - 1)]
    await ask((store) => setRate(store, { rate, ...nobody }))
    controls.rateSet += 1
  }
}

async function cancelOne({ ask, newest, controls }: Desk, draw: Draw): Promise<void> {
  const id = newest[draw(0, 99)]
  if (id === undefined) return
  const nowMs = systemClock.now()
  const wish = { id, now: isoTimestamp(nowMs), nowMs, retentionMs, group: bridgeGroup, ...nobody }
  const { kind } = await ask((store) => cancel(store, wish))
  if (kind === 'cancelled') controls.cancelled += 1
  if (kind === 'under-way') controls.cancelledUnderWay += 1
}

/** As a vendor says it, who may do nothing but add entries. */
async function wishThroughInbox({ ask, newest, controls }: Desk, draw: Draw): Promise<void> {
  const id = newest[draw(0, 199)]
  if (id === undefined) return
  const [kind, wish] =
    draw(1, 3) === 1
      ? (['cancel', { id }] as const)
      : (['reschedule', { id, delay: draw(0, 3_000) }] as const)
  await ask(({ redis, ref }) => redis.xadd(inboxKey(ref), '*', kind, JSON.stringify(wish)))
  controls.wished += 1
}

/** What has been booked perhaps is left out. While Redis is away there is nothing to be planned. */
async function redriveAll({ redisUrl, destination, controls }: Desk): Promise<void> {
  const config = {
    redisUrl,
    namespace,
    logLevel: 'error',
    numberKey: undefined,
    destinations: [destination],
    retentionMs: {},
    defaultRetentionMs: retentionMs,
  } as const
  try {
    const plan = await planRun(config, {
      destination,
      kind: 'redrive',
      filter: { possibleDuplicates: false },
      rate: 50,
    })
    const operator = { name: 'soak', face: 'command line' } as const
    const run = { operator, destination, id: plan.id, goesOn: true, stopAtPercent: 100 }
    const { outcome } = await startRun(config, run)
    if (outcome === 'done') controls.runs += 1
  } catch (error) {
    if (!(error instanceof RingbackError)) throw error
  }
}
