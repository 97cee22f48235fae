import { once } from 'node:events'

import { cancelCallbacks } from '../../src/ops/operations/cancel/cancel-callbacks.ts'
import { findCallbacks } from '../../src/ops/operations/find/find-callbacks.ts'
import { planRun } from '../../src/ops/operations/runs/plan-run.ts'
import { destinationStats } from '../../src/ops/operations/stats/destination-stats.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import { ringback } from '../implementations/ringback.ts'
import type { Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { median } from '../statistics.ts'
import { withWorkers } from './pace.ts'

const dayMs = 24 * 3_600_000
const destination = 'default'
/** Each is asked so often. */
const questions = 100

/** What a person, a producer and a customer wait for, where few callbacks wait and where very many do: it must not be longer. */
export async function measureWaiting(bench: BenchEnvironment): Promise<Row[]> {
  const few = bench.quick ? 5_000 : 10_000
  const many = bench.quick ? [50_000] : [300_000, 1_000_000]
  const run = await bench.newRun()
  const atFew = await measureAt(bench, run, { from: 0, to: few })
  const rows: Row[] = []
  let from = few
  for (const to of many) {
    const atMany = await measureAt(bench, run, { from, to })
    from = to
    for (const [metric, ms] of atMany)
      rows.push(rowOf(`${to} waiting: ${metric}`, ms, atFew.get(metric) ?? NaN))
  }
  return rows
}

/** The other side of the comparison is our own, with few. */
function rowOf(metric: string, ours: number, baseline: number): Row {
  return { metric, unit: 'ms', ours, baseline, ratio: ours / baseline, goal: '≤ 1.2' }
}

async function measureAt(
  bench: BenchEnvironment,
  run: BenchRun,
  { from, to }: { from: number; to: number },
): Promise<Map<string, number>> {
  const way = 'xadd'
  await bench.ringback.ask({
    kind: 'submit',
    run,
    way,
    first: from,
    count: to - from,
    inFlight: 50,
    delayMs: dayMs,
  })
  await bench.ringback.ask({ kind: 'settle-in', run })
  bench.say(`${to} wait`)
  return withWorkers(bench, { run, workers: 1 }, () => askAll(bench, run, to))
}

async function askAll(bench: BenchEnvironment, run: BenchRun, waiting: number) {
  const config = {
    redisUrl: run.redisUrl,
    namespace: run.name,
    logLevel: 'error',
    numberKey: undefined,
    destinations: [destination],
    retentionMs: {},
    defaultRetentionMs: dayMs,
  } as const
  const intentOf = (n: number) => sampleIntent((n * 7_919) % waiting)
  const submitter = ringback.submitters['enqueue']?.(run)
  if (submitter === undefined) throw new Error('there is no such way to submit')
  const times = new Map<string, number>()
  const ask = async (metric: string, question: (n: number) => Promise<unknown>) => {
    times.set(metric, await medianOf(question))
  }
  const next = counter(waiting + 1_000_000)
  let cancelled = 0
  await ask('enqueue', () => submitter.submit(sampleIntent(next(), dayMs)))
  await ask('enqueue to POST', async () => {
    const arrived = once(bench.sink.arrivals, 'arrived')
    await submitter.submit(sampleIntent(next()))
    await arrived
  })
  await ask('stats', () => destinationStats(config, destination, systemClock))
  await ask('find --number', (n) =>
    findCallbacks(config, {
      destination,
      wanted: { kind: 'number', callbackNumber: intentOf(n).callbackNumber },
      limit: 10,
    }),
  )
  await ask('cancel', async (n) => {
    const which = [intentOf(n).id ?? '']
    const cancelling = cancelCallbacks(
      config,
      { operator: { name: 'bench', face: 'command line' }, destination, which },
      systemClock,
    )
    for await (const { outcome } of cancelling) cancelled += outcome === 'cancelled' ? 1 : 0
  })
  await ask('a plan of nothing', () =>
    planRun(config, { destination, kind: 'redrive', filter: { possibleDuplicates: false } }),
  )
  await submitter.close()
  // A callback is cancelled at one size and is there at the next all the same: it was another.
  if (cancelled === 0) throw new Error('nothing was cancelled')
  return times
}

async function medianOf(question: (n: number) => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let n = 0; n < questions; n += 1) {
    const startedAt = performance.now()
    await question(n)
    took.push(performance.now() - startedAt)
  }
  return median(took)
}

function counter(from: number): () => number {
  let next = from
  return () => next++
}
