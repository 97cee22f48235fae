import { setTimeout as sleep } from 'node:timers/promises'

import type { Laboratory } from '../laboratory.ts'
import type { Arrival } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { ringback } from '../sides/ringback.ts'
import { rival } from '../sides/rival.ts'
import { percentile } from '../statistics.ts'
import type { Submitter, Trial } from '../trial.ts'

/** Long enough for everything to have gone quiet after a delivery. */
const quietMs = 10

/** From the call that hands a callback in to the arrival of its POST, one at a time, nothing else to do. */
export async function measureLatency(lab: Laboratory): Promise<Row[]> {
  const perRound = lab.quick ? 50 : 200
  const rounds = await alternate(lab, {
    name: 'latency',
    rounds: lab.quick ? 2 : 5,
    measure: (way) => latencies(lab, way, perRound),
  })
  return quantileRows('XADD to POST, idle', rounds)
}

/** How long after its due time a POST arrives; sparse, with nothing else to do. */
export async function measureLateness(lab: Laboratory): Promise<Row[]> {
  const perRound = lab.quick ? 60 : 200
  const rounds = await alternate(lab, {
    name: 'lateness',
    rounds: lab.quick ? 1 : 5,
    measure: (way) => latenesses(lab, way, perRound),
  })
  return quantileRows('delayed: lateness', rounds, '< 25 ms')
}

interface Alternation {
  name: string
  rounds: number
  measure: (way: Way) => Promise<number[]>
}

interface MeasuredRounds {
  ours: number[][]
  theirs: number[][]
}

/** The first round warms up both sides and is thrown away. */
async function alternate(
  lab: Laboratory,
  { name, rounds, measure }: Alternation,
): Promise<MeasuredRounds> {
  const measured: MeasuredRounds = { ours: [], theirs: [] }
  for (let round = 0; round <= rounds; round += 1) {
    const own = await measure('xadd')
    const rivals = await measure('add')
    const shown = [own, rivals].map((values) => quantilesOf(values)).join(', rival ')
    lab.say(`${name}: ${shown}`)
    if (round === 0) continue
    measured.ours.push(own)
    measured.theirs.push(rivals)
  }
  return measured
}

function quantilesOf(values: readonly number[]): string {
  return [0.5, 0.99].map((share) => percentile(values, share).toFixed(1)).join('/') + ' ms'
}

function latencies(lab: Laboratory, way: Way, count: number): Promise<number[]> {
  return withWorker(lab, way, async (submitter) => {
    const values: number[] = []
    for (let n = 0; n < count; n += 1) {
      await sleep(quietMs)
      const arrival = nextArrivals(lab, 1)
      const startedAt = process.hrtime.bigint()
      await submitter.submit(sampleIntent(n))
      for (const { monotonicNs } of (await arrival).values()) {
        values.push(Number(monotonicNs - startedAt) / 1e6)
      }
    }
    return values
  })
}

/** Due times spread evenly at random, 25 a second, from two seconds on. */
function latenesses(lab: Laboratory, way: Way, count: number): Promise<number[]> {
  return withWorker(lab, way, async (submitter) => {
    const arrivals = nextArrivals(lab, count)
    const due = new Map<string, number>()
    for (let n = 0; n < count; n += 1) {
      const intent = sampleIntent(n, 2_000 + Math.floor(Math.random() * 40 * count))
      due.set(intent.id ?? '', await submitter.submit(intent))
    }
    return [...(await arrivals)].map(([id, { epochMs }]) => epochMs - (due.get(id) ?? NaN))
  })
}

type Way = 'xadd' | 'add'

async function withWorker<Result>(
  lab: Laboratory,
  way: Way,
  use: (submitter: Submitter) => Promise<Result>,
): Promise<Result> {
  const trial = await lab.newTrial()
  const side = way === 'add' ? lab.rival : lab.ringback
  const submitter = submitterFor(way, trial)
  await side.ask({ kind: 'serve', trial })
  await lab.sink.watch(true)
  const warm = nextArrivals(lab, 1)
  await submitter.submit(sampleIntent(999_999))
  await warm
  try {
    return await use(submitter)
  } finally {
    await lab.sink.watch(false)
    await side.ask({ kind: 'stop' })
    await submitter.close()
  }
}

function submitterFor(way: Way, trial: Trial): Submitter {
  const create = (way === 'add' ? rival : ringback).submitters[way]
  if (create === undefined) throw new Error(`no way in is called ${way}`)
  return create(trial)
}

/** The next `count` POSTs by their keys. Each key comes once: whoever sends one twice would be waited for in vain. */
function nextArrivals({ sink }: Laboratory, count: number): Promise<Map<string, Arrival>> {
  const seen = new Map<string, Arrival>()
  return new Promise((resolve) => {
    const see = (arrival: Arrival) => {
      seen.set(arrival.id, arrival)
      if (seen.size < count) return
      sink.arrivals.off('arrived', see)
      resolve(seen)
    }
    sink.arrivals.on('arrived', see)
  })
}

/** Each round's quantile, and of these the median: one disturbed round does not make the 99th percentile. */
function quantileRows(figure: string, { ours, theirs }: MeasuredRounds, goal?: string): Row[] {
  return [0.5, 0.99].map((share) =>
    rowOfRounds({
      figure: `${figure}, p${100 * share}`,
      unit: 'ms',
      ours: ours.map((values) => percentile(values, share)),
      rival: theirs.map((values) => percentile(values, share)),
      ...(share === 0.99 && goal !== undefined ? { goal } : {}),
    }),
  )
}
