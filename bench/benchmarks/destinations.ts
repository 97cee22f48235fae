import { setTimeout as sleep } from 'node:timers/promises'

import type { Redis } from 'ioredis'

import type { BenchEnvironment } from '../environment.ts'
import { addByXadd } from '../implementations/ringback.ts'
import type { BenchRun, Submitter } from '../implementation.ts'
import type { Arrival } from '../processes/messages.ts'
import { redisTraffic } from '../redis-info.ts'
import { ownRow, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { percentile } from '../statistics.ts'

const mebibyte = 1_048_576
/** After its start a worker has much to do that it never does again. */
const settlingMs = 20_000
const warmingFlood = 20_000

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
  const probes = bench.quick ? 200 : 1_500
  const submitters = Array.from({ length: 49 }, (_, n) =>
    addByXadd({ ...run, destination: `d${n + 1}` }),
  )
  // A worker runs for weeks: it has had floods, and its heap has been as large as they make it. Each sender has its connection.
  const isWarm = arrivals(bench, warmingFlood)
  await sendFlood(bench, run, { first: 4_000_000, count: warmingFlood })
  await lateness(bench, submitters, { first: 3_000_000, probes: 100 })
  await isWarm
  await settlePersistence(bench.redis)
  const { late: quiet } = await lateness(bench, submitters, { first: 1_000_000, probes })
  await sendFlood(bench, run, { first: 0, count: flood })
  await settlePersistence(bench.redis)
  const { late: flooded, others } = await lateness(bench, submitters, { first: 2_000_000, probes })
  await Promise.all(submitters.map((submitter) => submitter.close()))
  await bench.sink.watch(false)
  await bench.ringback.ask({ kind: 'stop' })
  const rows = [0.5, 0.99].map((share) => ({
    metric: `a flood in one of 50: lateness of the others, p${100 * share} (by hand: without it)`,
    unit: 'ms',
    ours: percentile(flooded, share),
    baseline: percentile(quiet, share),
    ratio: percentile(flooded, share) / percentile(quiet, share),
    goal: share === 0.99 ? '≤ 1.5' : undefined,
  }))
  return [...rows, ownRow('– deliveries of the flood itself meanwhile', '1/s', { ours: others })]
}

/** To the first of the destinations. While it is sent in, its sender has the machine. */
async function sendFlood(
  bench: BenchEnvironment,
  run: BenchRun,
  { first, count }: { first: number; count: number },
): Promise<void> {
  const sender = bench.freshImplementation('ringback')
  const how = { way: 'xadd', inFlight: 200, delayMs: 0 }
  await sender.ask({ kind: 'submit', run, ...how, first, count })
  await sender.end()
}

/** Resolves when so many requests have arrived from now on. */
function arrivals({ sink }: BenchEnvironment, count: number): Promise<void> {
  let left = count
  return new Promise((resolve) => {
    const see = () => {
      left -= 1
      if (left > 0) return
      sink.arrivals.off('arrived', see)
      resolve()
    }
    sink.arrivals.on('arrived', see)
  })
}

/** What a flood has appended Redis rewrites sooner or later, for 100 ms at the cost of everybody: not of those beside it in a worker. */
async function settlePersistence(redis: Redis): Promise<void> {
  await redis.bgrewriteaof()
  const isRewriting = async () =>
    /aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence'))
  while (await isRewriting()) await sleep(100)
}

interface Lateness {
  late: number[]
  /** What else arrived, a second. */
  others: number
}

async function lateness(
  { sink }: BenchEnvironment,
  submitters: readonly Submitter[],
  { first, probes }: { first: number; probes: number },
): Promise<Lateness> {
  const sent = new Map<string, bigint>()
  const late: number[] = []
  const beganNs = process.hrtime.bigint()
  let others = 0
  const see = ({ id, monotonicNs }: Arrival) => {
    const sentNs = sent.get(id)
    if (sentNs === undefined) others += 1
    else late.push(Number(monotonicNs - sentNs) / 1e6)
  }
  sink.arrivals.on('arrived', see)
  for (let n = 0; n < probes; n += 1) {
    const submitter = submitters[n % submitters.length]
    const intent = sampleIntent(first + n)
    sent.set(intent.id ?? '', process.hrtime.bigint())
    await submitter?.submit(intent)
    await sleep(20)
  }
  while (late.length < probes) await sleep(100)
  sink.arrivals.off('arrived', see)
  return { late, others: (others * 1e9) / Number(process.hrtime.bigint() - beganNs) }
}
