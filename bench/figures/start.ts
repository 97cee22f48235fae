import { once } from 'node:events'

import type { Laboratory } from '../laboratory.ts'
import type { Row } from '../row.ts'

const mebibyte = 1_048_576

/** A worker's start in front of a long backlog: from the start of its process to the first POST, and its memory. */
export async function measureStart(lab: Laboratory): Promise<Row[]> {
  const waiting = lab.quick ? 10_000 : 100_000
  const ours = await startWith(lab, { side: 'ringback', way: 'xadd', waiting })
  const rival = await startWith(lab, { side: 'rival', way: 'add', waiting })
  const row = (figure: string, unit: string, value: (start: Start) => number) => ({
    figure: `start, ${waiting} waiting: ${figure}`,
    unit,
    ours: value(ours),
    rival: value(rival),
    ratio: value(ours) / value(rival),
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
  side: 'ringback' | 'rival'
  way: string
  waiting: number
}

async function startWith(lab: Laboratory, { side, way, waiting }: Backlog): Promise<Start> {
  const trial = await lab.newTrial()
  const filling = { trial, way, count: waiting, inFlight: 50, delayMs: 0 }
  await lab[side].ask({ kind: 'submit', ...filling })
  await lab[side].ask({ kind: 'settle-in', trial })
  await lab.sink.watch(true)
  const first = once(lab.sink.arrivals, 'arrived')
  const startedAt = performance.now()
  const fresh = lab.freshSide(side)
  await fresh.ask({ kind: 'serve', trial })
  await first
  const firstPostMs = performance.now() - startedAt
  await lab.sink.watch(false)
  const fiveSeconds = 5_000
  await new Promise((resolve) => setTimeout(resolve, fiveSeconds))
  const { peakBytes } = await fresh.ask({ kind: 'stop' })
  await fresh.end()
  return { firstPostMs, peakBytes }
}
