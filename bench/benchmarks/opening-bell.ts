import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

import { mostWithin } from '../../src/compose/rehearse/sliding-window.ts'
import type { IntentInput } from '../../src/producer/index.ts'
import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import { addByXadd } from '../implementations/ringback.ts'
import type { Arrival } from '../processes/messages.ts'
import { ownRow, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { percentile } from '../statistics.ts'
import { most, withWorkers } from './pace.ts'

const rate = 50
const workers = 2
/** How long things are watched before the bell, and after it. */
const [beforeMs, afterMs] = [3_000, 15_000]
/** In which all of them become due on the queue. */
const ringingMs = 2_000
const dayMs = 24 * 3_600_000
/** Ids of callbacks that come meanwhile begin here. */
const [firstOther, firstUrgent] = [1_000_000, 2_000_000]

/** Everybody's callback is due in the same second: what Salesforce, Redis and those who come meanwhile see of it. */
export async function measureOpeningBell(bench: BenchEnvironment): Promise<Row[]> {
  const count = bench.quick ? 10_000 : 50_000
  const run = { ...(await bench.newRun()), rate }
  const dueMs = Date.now() + 20_000 + 1.4 * count
  await submitAll(run, count, dueMs)
  await bench.ringback.ask({ kind: 'settle-in', run })
  const leftMs = dueMs - beforeMs - Date.now()
  if (leftMs < 2_000)
    throw new Error('this machine was too slow: the bell rang before all was put on the queue')
  return withWorkers(bench, { run, workers }, async () => {
    bench.say(`${count} are due in ${Math.round((leftMs + beforeMs) / 1_000)} s`)
    await sleep(dueMs - beforeMs - Date.now())
    return rowsOf(await watch(bench, run, dueMs), { count, dueMs })
  })
}

async function submitAll(run: BenchRun, count: number, dueMs: number): Promise<void> {
  const submitter = addByXadd(run)
  const notBefore = new Date(dueMs).toISOString()
  let next = 0
  const lane = async () => {
    while (next < count) await submitter.submit({ ...sampleIntent(next++), notBefore })
  }
  await Promise.all(Array.from({ length: 50 }, lane))
  await submitter.close()
}

interface Timed {
  atMs: number
  tookMs: number
}

interface Seen {
  arrivals: Arrival[]
  pings: Timed[]
  acceptances: Timed[]
  urgent: Timed[]
}

async function watch(bench: BenchEnvironment, run: BenchRun, dueMs: number): Promise<Seen> {
  const untilMs = dueMs + afterMs
  const redis = new Redis(run.redisUrl)
  const submitter = addByXadd(run)
  const arrivals: Arrival[] = []
  const see = (arrival: Arrival) => void arrivals.push(arrival)
  bench.sink.arrivals.on('arrived', see)
  const sentAt = new Map<string, number>()
  const submitUrgent = async (n: number) => {
    const intent: IntentInput = { ...sampleIntent(firstUrgent + n), priority: 0 }
    sentAt.set(intent.id ?? '', Date.now())
    await submitter.submit(intent)
  }
  const later = (n: number) => submitter.submit(sampleIntent(firstOther + n, dayMs))
  const [pings, acceptances] = await Promise.all([
    repeat({ everyMs: 2, untilMs }, () => redis.ping()),
    repeat({ everyMs: 10, untilMs }, later),
    sleep(dueMs - Date.now()).then(() =>
      repeat({ everyMs: 700, untilMs: untilMs - 2_000 }, submitUrgent),
    ),
  ])
  bench.sink.arrivals.off('arrived', see)
  redis.disconnect()
  await submitter.close()
  const urgent = arrivals.flatMap(({ id, epochMs }) => {
    const atMs = sentAt.get(id)
    return atMs === undefined ? [] : [{ atMs, tookMs: epochMs - atMs }]
  })
  return { arrivals, pings, acceptances, urgent }
}

async function repeat(
  { everyMs, untilMs }: { everyMs: number; untilMs: number },
  ask: (n: number) => Promise<unknown>,
): Promise<Timed[]> {
  const times: Timed[] = []
  for (let n = 0; Date.now() < untilMs; n += 1) {
    const startedAt = performance.now()
    const atMs = Date.now()
    await ask(n)
    times.push({ atMs, tookMs: performance.now() - startedAt })
    await sleep(everyMs)
  }
  return times
}

function rowsOf(seen: Seen, { count, dueMs }: { count: number; dueMs: number }): Row[] {
  const arrivedMs = seen.arrivals.map(({ epochMs }) => epochMs).toSorted((a, b) => a - b)
  const ms = (metric: string, ours: number) => ownRow(metric, 'ms', { ours })
  const quantiles = (what: string, of: readonly Timed[]) =>
    [0.5, 0.95, 1].map((share) => {
      const took = of.map(({ tookMs }) => tookMs)
      return ms(
        `  ${what}, ${share === 1 ? 'longest' : `p${100 * share}`}`,
        percentile(took, share),
      )
    })
  const before = (of: readonly Timed[]) => of.filter(({ atMs }) => atMs < dueMs)
  const ringing = (of: readonly Timed[]) =>
    of.filter(({ atMs }) => atMs >= dueMs && atMs < dueMs + ringingMs)
  return [
    ms(
      `bell of ${count}, ${rate}/s, ${workers} workers: first POST after`,
      (arrivedMs[0] ?? NaN) - dueMs,
    ),
    ownRow('  busiest second', '1/s', {
      ours: mostWithin(1_000, arrivedMs),
      goal: `≤ ${most(rate)}`,
    }),
    ...quantiles('PING before', before(seen.pings)),
    ...quantiles('PING in its first 2 s', ringing(seen.pings)),
    ...quantiles('XADD before', before(seen.acceptances)),
    ...quantiles('XADD in its first 2 s', ringing(seen.acceptances)),
    ...quantiles('urgent, XADD to POST', seen.urgent),
  ]
}
