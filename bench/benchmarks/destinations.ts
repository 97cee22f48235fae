import { setTimeout as sleep } from 'node:timers/promises'

import type { BenchEnvironment } from '../environment.ts'
import { ringback } from '../implementations/ringback.ts'
import type { BenchRun } from '../implementation.ts'
import type { Arrival } from '../processes/messages.ts'
import { redisTraffic } from '../redis-info.ts'
import { ownRow, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { percentile } from '../statistics.ts'

const mebibyte = 1_048_576
/** After its start a worker has much to do that it never does again. */
const settlingMs = 20_000

/** What one worker with many destinations costs while nothing happens. */
export async function measureDestinations(bench: BenchEnvironment): Promise<Row[]> {
  const rows: Row[] = []
  for (const destinations of [1, 50, 300]) rows.push(...(await idle(bench, destinations)))
  return rows
}

async function idle(bench: BenchEnvironment, destinations: number): Promise<Row[]> {
  const ms = bench.quick ? 10_000 : 30_000
  const run = { ...(await bench.newRun()), destinations }
  const before = await redisTraffic(bench.redis)
  const fresh = bench.freshImplementation('ringback')
  await fresh.ask({ kind: 'serve', run })
  await sleep(settlingMs)
  const from = await redisTraffic(bench.redis)
  const cost = await fresh.ask({ kind: 'idle', run, ms })
  const to = await redisTraffic(bench.redis)
  await fresh.ask({ kind: 'stop' })
  await fresh.end()
  const isMost = destinations === 300
  const name = (what: string) => `${destinations} destinations, idle: ${what}`
  return [
    ownRow(name('CPU of the worker'), '%', {
      ours: cost.nodeCpuMicros / (10 * cost.ms),
      ...(isMost && { goal: '≤ 3' }),
    }),
    ownRow(name('CPU of Redis'), '%', { ours: cost.redisCpuMicros / (10 * cost.ms) }),
    ownRow(name('memory'), 'MiB', {
      ours: cost.residentBytes / mebibyte,
      ...(isMost && { goal: '≤ 200' }),
    }),
    ownRow(name('connections'), '', { ours: from.connections - before.connections }),
    ownRow(name('commands'), '1/s', { ours: (1_000 * (to.commands - from.commands)) / cost.ms }),
  ]
}

/**
 * What a flood in one destination does to the others: those of 50 get a callback each in their turn, from its XADD to its POST, quiet
 * first, and then while one has a flood.
 */
export async function measureFlood(bench: BenchEnvironment): Promise<Row[]> {
  const flood = bench.quick ? 20_000 : 100_000
  const run = { ...(await bench.newRun()), destinations: 50 }
  await bench.ringback.ask({ kind: 'serve', run })
  await bench.sink.watch(true)
  await sleep(settlingMs)
  const probes = bench.quick ? 200 : 500
  const quiet = await lateness(bench, run, { first: 1_000_000, probes })
  const filling = bench.freshImplementation('ringback')
  const submitting = { run, way: 'xadd', count: flood, inFlight: 200, delayMs: 0 }
  const filled = filling.ask({ kind: 'submit', ...submitting })
  const flooded = await lateness(bench, run, { first: 2_000_000, probes })
  await filled
  await filling.end()
  await bench.sink.watch(false)
  await bench.ringback.ask({ kind: 'stop' })
  return [0.5, 0.99].map((share) => ({
    metric: `a flood in one of 50: lateness of the others, p${100 * share} (by hand: without it)`,
    unit: 'ms',
    ours: percentile(flooded, share),
    baseline: percentile(quiet, share),
    ratio: percentile(flooded, share) / percentile(quiet, share),
    goal: share === 0.99 ? '≤ 1.5' : undefined,
  }))
}

async function lateness(
  { sink }: BenchEnvironment,
  run: BenchRun,
  { first, probes }: { first: number; probes: number },
): Promise<number[]> {
  const sent = new Map<string, bigint>()
  const late: number[] = []
  const see = ({ id, monotonicNs }: Arrival) => {
    const sentNs = sent.get(id)
    if (sentNs !== undefined) late.push(Number(monotonicNs - sentNs) / 1e6)
  }
  sink.arrivals.on('arrived', see)
  for (let n = 0; n < probes; n += 1) {
    const submitter = ringback.submitters['xadd']?.({ ...run, destination: `d${1 + (n % 49)}` })
    const intent = sampleIntent(first + n)
    sent.set(intent.id ?? '', process.hrtime.bigint())
    await submitter?.submit(intent)
    await sleep(20)
    await submitter?.close()
  }
  while (late.length < probes) await sleep(100)
  sink.arrivals.off('arrived', see)
  return late
}
