import { setTimeout as sleep } from 'node:timers/promises'

import { mostWithin } from '../../src/compose/rehearse/sliding-window.ts'
import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import type { Arrival } from '../processes/messages.ts'
import { ownRow, type Row } from '../row.ts'
import { percentile } from '../statistics.ts'

const rates = [1, 10, 50, 100]
const workerCounts = [1, 2, 4]
/** Until each process has made its connections and sent its first request. */
const warmUpMs = 4_000
const windowS = 10

/** How exactly a rate is kept, as it arrives: evenly spaced, over all workers together, with a backlog that never ends. */
export async function measurePace(bench: BenchEnvironment): Promise<Row[]> {
  const rows: Row[] = []
  for (const rate of rates) {
    for (const workers of workerCounts) {
      const pace = { rate, workers, spanS: bench.quick ? windowS + 4 : 3 * windowS }
      const times = await arrivalsAt(bench, pace)
      const measured = rowsOf(times, pace)
      bench.say(`${rate}/s, ${workers}: ${measured.map(({ ours }) => ours.toFixed(1)).join(', ')}`)
      rows.push(...measured)
    }
  }
  return rows
}

interface Pace {
  rate: number
  workers: number
  spanS: number
}

/** In ms, by a clock that all processes share. */
async function arrivalsAt(bench: BenchEnvironment, pace: Pace): Promise<number[]> {
  const { rate, workers, spanS } = pace
  const run = { ...(await bench.newRun()), rate }
  const count = Math.ceil(rate * (spanS + 30)) + 10
  await bench.ringback.ask({ kind: 'submit', run, way: 'xadd', count, inFlight: 50, delayMs: 0 })
  await bench.ringback.ask({ kind: 'settle-in', run })
  return withWorkers(bench, { run, workers }, async () => {
    await sleep(warmUpMs)
    const times: number[] = []
    const see = ({ monotonicNs }: Arrival) => times.push(Number(monotonicNs) / 1e6)
    bench.sink.arrivals.on('arrived', see)
    await sleep(spanS * 1_000)
    bench.sink.arrivals.off('arrived', see)
    return times.toSorted((a, b) => a - b)
  })
}

/** While that many processes of ours serve the run, and the sink tells of what arrives. */
export async function withWorkers<Result>(
  bench: BenchEnvironment,
  { run, workers }: { run: BenchRun; workers: number },
  use: () => Promise<Result>,
): Promise<Result> {
  const processes = Array.from({ length: workers }, () => bench.freshImplementation('ringback'))
  await bench.sink.watch(true)
  try {
    await Promise.all(processes.map((each) => each.ask({ kind: 'serve', run })))
    return await use()
  } finally {
    await bench.sink.watch(false)
    await Promise.all(processes.map((each) => each.ask({ kind: 'stop' })))
    await Promise.all(processes.map((each) => each.end()))
  }
}

function rowsOf(times: readonly number[], { rate, workers }: Pace): Row[] {
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time))
  const name = `pace ${rate}/s, ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  return [
    ownRow(`${name}: any ten seconds off by`, '%', { ours: furthestOff(times, rate), goal: '≤ 2' }),
    ownRow('  busiest second', '1/s', { ours: mostWithin(1_000, times), goal: `≤ ${most(rate)}` }),
    ownRow('  gap, p5', 'ms', { ours: percentile(gaps, 0.05) }),
    ownRow('  gap, p95', 'ms', { ours: percentile(gaps, 0.95) }),
  ]
}

/** What a timer of 1 ms and the way may push together grows with the rate. */
export function most(rate: number): number {
  return rate < 100 ? rate + 1 : rate + 3
}

/** By how long ten seconds' worth of gaps took: at one a second a count in ten seconds would be off by one in ten. */
function furthestOff(times: readonly number[], rate: number): number {
  const count = windowS * rate
  const spans = times.slice(count).map((time, at) => time - (times[at] ?? NaN))
  const worst = Math.max(...spans.map((ms) => Math.abs((windowS * 1_000) / ms - 1)))
  return spans.length === 0 ? NaN : 100 * worst
}
