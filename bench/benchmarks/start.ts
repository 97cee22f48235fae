import { once } from 'node:events'

import type { BenchEnvironment } from '../environment.ts'
import type { Row } from '../row.ts'

const mebibyte = 1_048_576

/** A worker's start in front of a long backlog: from the start of its process to the first POST, and its memory. */
export async function measureStart(bench: BenchEnvironment): Promise<Row[]> {
  const waiting = bench.quick ? 10_000 : 100_000
  const ours = await startWith(bench, { implementation: 'ringback', way: 'xadd', waiting })
  const baseline = await startWith(bench, { implementation: 'baseline', way: 'add', waiting })
  const row = (metric: string, unit: string, value: (start: Start) => number) => ({
    metric: `start, ${waiting} waiting: ${metric}`,
    unit,
    ours: value(ours),
    baseline: value(baseline),
    ratio: value(ours) / value(baseline),
    goal: undefined,
  })
  return [
    row('first POST after', 'ms', ({ firstPostMs }) => firstPostMs),
    row('peak memory', 'MiB', ({ peakBytes }) => peakBytes / mebibyte),
  ]
}

interface Start {
  firstPostMs: number
  peakBytes: number
}

interface Backlog {
  implementation: 'ringback' | 'baseline'
  way: string
  waiting: number
}

async function startWith(
  bench: BenchEnvironment,
  { implementation, way, waiting }: Backlog,
): Promise<Start> {
  const run = await bench.newRun()
  const filling = { run, way, count: waiting, inFlight: 50, delayMs: 0 }
  await bench[implementation].ask({ kind: 'submit', ...filling })
  await bench[implementation].ask({ kind: 'settle-in', run })
  await bench.sink.watch(true)
  const first = once(bench.sink.arrivals, 'arrived')
  const startedAt = performance.now()
  const fresh = bench.freshImplementation(implementation)
  await fresh.ask({ kind: 'serve', run })
  await first
  const firstPostMs = performance.now() - startedAt
  await bench.sink.watch(false)
  const fiveSeconds = 5_000
  await new Promise((resolve) => setTimeout(resolve, fiveSeconds))
  const { peakBytes } = await fresh.ask({ kind: 'stop' })
  await fresh.end()
  return { firstPostMs, peakBytes }
}
