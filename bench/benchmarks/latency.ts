import { setTimeout as sleep } from 'node:timers/promises'

import type { BenchEnvironment } from '../environment.ts'
import type { Arrival } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { ringback } from '../implementations/ringback.ts'
import { baseline } from '../implementations/baseline.ts'
import { percentile } from '../statistics.ts'
import type { Submitter, BenchRun } from '../implementation.ts'

/** Long enough for everything to be idle again after a delivery. */
const quietMs = 10

/** From the call that submits a callback to the arrival of its POST, one at a time, nothing else to do. */
export async function measureLatency(bench: BenchEnvironment): Promise<Row[]> {
  const perRound = bench.quick ? 50 : 200
  const rounds = await alternate(bench, {
    name: 'latency',
    rounds: bench.quick ? 2 : 5,
    measure: (way) => latencies(bench, way, perRound),
  })
  return quantileRows('XADD to POST, idle', rounds)
}

/** How long after its due time a POST arrives; sparse, with nothing else to do. */
export async function measureLateness(bench: BenchEnvironment): Promise<Row[]> {
  const perRound = bench.quick ? 60 : 200
  const rounds = await alternate(bench, {
    name: 'lateness',
    rounds: bench.quick ? 1 : 5,
    measure: (way) => latenesses(bench, way, perRound),
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

/** The first round warms up both implementations and is thrown away. */
async function alternate(
  bench: BenchEnvironment,
  { name, rounds, measure }: Alternation,
): Promise<MeasuredRounds> {
  const measured: MeasuredRounds = { ours: [], theirs: [] }
  for (let round = 0; round <= rounds; round += 1) {
    const own = await measure('xadd')
    const byBaseline = await measure('add')
    const shown = [own, byBaseline].map((values) => quantilesOf(values)).join(', baseline ')
    bench.say(`${name}: ${shown}`)
    if (round === 0) continue
    measured.ours.push(own)
    measured.theirs.push(byBaseline)
  }
  return measured
}

function quantilesOf(values: readonly number[]): string {
  return [0.5, 0.99].map((share) => percentile(values, share).toFixed(1)).join('/') + ' ms'
}

function latencies(bench: BenchEnvironment, way: Way, count: number): Promise<number[]> {
  return withWorker(bench, way, async (submitter) => {
    const values: number[] = []
    for (let n = 0; n < count; n += 1) {
      await sleep(quietMs)
      const arrival = nextArrivals(bench, 1)
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
function latenesses(bench: BenchEnvironment, way: Way, count: number): Promise<number[]> {
  return withWorker(bench, way, async (submitter) => {
    const arrivals = nextArrivals(bench, count)
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
  bench: BenchEnvironment,
  way: Way,
  use: (submitter: Submitter) => Promise<Result>,
): Promise<Result> {
  const run = await bench.newRun()
  const implementation = way === 'add' ? bench.baseline : bench.ringback
  const submitter = submitterFor(way, run)
  await implementation.ask({ kind: 'serve', run })
  await bench.sink.watch(true)
  const warm = nextArrivals(bench, 1)
  await submitter.submit(sampleIntent(999_999))
  await warm
  try {
    return await use(submitter)
  } finally {
    await bench.sink.watch(false)
    await implementation.ask({ kind: 'stop' })
    await submitter.close()
  }
}

function submitterFor(way: Way, run: BenchRun): Submitter {
  const create = (way === 'add' ? baseline : ringback).submitters[way]
  if (create === undefined) throw new Error(`unknown way to submit: ${way}`)
  return create(run)
}

/** The next `count` POSTs by their keys. Each key is counted once: if one were sent twice, this would never resolve. */
function nextArrivals({ sink }: BenchEnvironment, count: number): Promise<Map<string, Arrival>> {
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
function quantileRows(metric: string, { ours, theirs }: MeasuredRounds, goal?: string): Row[] {
  return [0.5, 0.99].map((share) =>
    rowOfRounds({
      metric: `${metric}, p${100 * share}`,
      unit: 'ms',
      ours: ours.map((values) => percentile(values, share)),
      baseline: theirs.map((values) => percentile(values, share)),
      ...(share === 0.99 && goal !== undefined ? { goal } : {}),
    }),
  )
}
