import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import { startConsoleProcess, type ConsoleProcess } from '../processes/console.ts'
import { commandMicros } from '../redis-info.ts'
import { ownRow, type Row } from '../row.ts'
import { sampleIntent } from '../sample-intent.ts'
import { percentile } from '../statistics.ts'
import { fillForConsole, rareReason, type Filling } from './console-filling.ts'

/** Goals of the console, whatever waits. */
const [mostPageMs, mostRedisMs] = [150, 5]
export const mostMiB = 120
const asked = 40
/** A reading is shared for so long: whoever wants to see what one costs waits longer. */
const readingMs = 2_000
export const tabs = 10
export const consoleViews = ['', 'waiting', 'dead-letters', 'results', 'runs']

/** What people wait for who look at very much, what it costs Redis, and what the console keeps of it. */
export async function measureConsole(bench: BenchEnvironment): Promise<Row[]> {
  const run = await bench.newRun()
  await fillForConsole(bench, run, fillingOf(bench))
  const pages = await withConsole(run, (served) => measurePages(bench, served))
  return [...pages, ...(await withConsole(run, (served) => measureMemory(bench, served)))]
}

function fillingOf({ quick }: BenchEnvironment): Filling {
  return quick ? { waiting: 100_000, dead: 10_000 } : { waiting: 1_000_000, dead: 100_000 }
}

/** A fresh one. */
async function withConsole(
  run: BenchRun,
  measure: (served: ConsoleProcess) => Promise<Row[]>,
): Promise<Row[]> {
  const served = await startConsoleProcess(run)
  try {
    return await measure(served)
  } finally {
    await served.end()
  }
}

async function measurePages(bench: BenchEnvironment, served: ConsoleProcess): Promise<Row[]> {
  const rows = await measureReading(bench, served)
  for (const page of await pagesOf(served)) rows.push(...(await measurePage(bench, served, page)))
  return rows
}

interface PageOf {
  name: string
  path: string
}

async function pagesOf(served: ConsoleProcess): Promise<PageOf[]> {
  const { id = '' } = sampleIntent(7)
  return [
    { name: 'waiting', path: 'waiting' },
    { name: 'waiting, the tenth page', path: await further(served, 'waiting?list=waiting', 10) },
    { name: 'dead letters', path: 'dead-letters' },
    { name: 'dead letters, the tenth page', path: await further(served, 'dead-letters', 10) },
    { name: 'dead letters of a frequent reason', path: 'dead-letters?reason=refused' },
    { name: 'dead letters of a rare reason', path: `dead-letters?reason=${rareReason}` },
    { name: 'results', path: 'results' },
    { name: 'results, the tenth page', path: await further(served, 'results', 10) },
    { name: 'runs', path: 'runs' },
    { name: 'a story', path: `callbacks/${id}` },
  ]
}

/** The address that so many links lead to. */
async function further(served: ConsoleProcess, path: string, pages: number): Promise<string> {
  let at = path
  for (let page = 1; page < pages; page += 1) {
    const [, next] = /rel="next"\s+href="\/([^"]+)"/.exec(await served.get(at)) ?? []
    if (next === undefined) throw new Error(`${at} leads no further`)
    at = next.replaceAll('&amp;', '&')
  }
  return at
}

/** Each of them asks Redis how everything stands: what every tab that is open shares. */
async function measureReading(bench: BenchEnvironment, served: ConsoleProcess): Promise<Row[]> {
  await served.get('')
  const { times, redisMs } = await timed(bench, 10, async () => {
    await sleep(readingMs + 100)
    const startedAt = performance.now()
    await served.get('')
    return performance.now() - startedAt
  })
  return rowsOf('overview, with a reading', times, redisMs)
}

async function measurePage(
  bench: BenchEnvironment,
  served: ConsoleProcess,
  { name, path }: PageOf,
): Promise<Row[]> {
  for (let n = 0; n < 3; n += 1) await served.get(path)
  const { times, redisMs } = await timed(bench, asked, async () => {
    const startedAt = performance.now()
    await served.get(path)
    return performance.now() - startedAt
  })
  return rowsOf(name, times, redisMs)
}

/** Nobody else asks Redis meanwhile. */
async function timed(bench: BenchEnvironment, count: number, ask: () => Promise<number>) {
  const before = await commandMicros(bench.redis)
  const times: number[] = []
  for (let n = 0; n < count; n += 1) times.push(await ask())
  const redisMs = ((await commandMicros(bench.redis)) - before) / 1_000 / count
  return { times, redisMs }
}

function rowsOf(name: string, times: readonly number[], redisMs: number): Row[] {
  const p95 = percentile(times, 0.95)
  return [
    ownRow(`${name}: p95`, 'ms', { ours: p95, goal: `≤ ${mostPageMs}` }),
    ownRow(`– Redis' time for it`, 'ms', { ours: redisMs, goal: `≤ ${mostRedisMs}` }),
  ]
}

/** Ten tabs on five views that listen, and each asks for its page anew with every reading: more than the client does. A day has 43,200 readings. */
async function measureMemory(bench: BenchEnvironment, served: ConsoleProcess): Promise<Row[]> {
  const readings = bench.quick ? 60 : 300
  const closing = new AbortController()
  const seen = Array.from({ length: tabs }, (_, nth) =>
    keepTab(served, consoleViews[nth % consoleViews.length] ?? '', closing.signal),
  )
  const startedAt = Date.now()
  let early = NaN
  while (Date.now() - startedAt < readings * readingMs) {
    await sleep(readingMs)
    if (Number.isNaN(early) && Date.now() - startedAt > (readings * readingMs) / 5)
      early = rssMiB(served)
  }
  const late = rssMiB(served)
  closing.abort()
  const heard = (await Promise.all(seen)).reduce((sum, each) => sum + each, 0)
  bench.say(`${tabs} tabs heard of ${heard} readings`)
  return [
    ownRow(`ten tabs: memory after ${readings / 5} readings`, 'MiB', { ours: early }),
    ownRow(`– after ${readings}`, 'MiB', { ours: late, goal: `≤ ${mostMiB}` }),
    ownRow('– at most', 'MiB', { ours: rssMiB(served, 'VmHWM') }),
  ]
}

/** How many readings it heard of. */
async function keepTab(served: ConsoleProcess, view: string, signal: AbortSignal): Promise<number> {
  let heard = 0
  await served.listen(signal, async () => {
    heard += 1
    await served.get(view)
  })
  return heard
}

/** Of the process, as Linux counts it. */
function rssMiB({ pid }: ConsoleProcess, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status) ?? []
  return Number(kib) / 1_024
}
