import { setMaxListeners } from 'node:events'

import type { BenchEnvironment } from '../environment.ts'
import { startHastyConsole, type HastyConsole } from '../processes/console.ts'
import type { ConsoleMemory } from '../processes/messages.ts'
import { ownRow, type Row } from '../row.ts'
import { consoleViews, mostMiB, tabs } from './console.ts'
import { fillForConsole } from './console-filling.ts'

/** A reading every two seconds. */
const readingsOfADay = 43_200
/** A reading every few milliseconds: as fast as it can. */
const haste = 1_000
/** Of so many readings, a tab asks for its page anew at one: with ten tabs, a page for each reading. */
const readingsAPage = 10
const samples = 20
/** What a page shows is as much, however much there is. */
const filling = { waiting: 10_000, dead: 1_000 }

/** Whether the memory of a console stays as it is that ten tabs look at for a day: as many readings and as many events, in some minutes. */
export async function measureConsoleDay(bench: BenchEnvironment): Promise<Row[]> {
  const readings = bench.quick ? readingsOfADay / 10 : readingsOfADay
  const run = await bench.newRun()
  await fillForConsole(bench, run, filling)
  const served = await startHastyConsole(run, haste)
  try {
    return rowsOf(await lookForADay(bench, served, readings), readings)
  } finally {
    await served.end()
  }
}

async function lookForADay(
  bench: BenchEnvironment,
  served: HastyConsole,
  readings: number,
): Promise<ConsoleMemory[]> {
  const closing = new AbortController()
  setMaxListeners(2 * tabs, closing.signal)
  const seen: ConsoleMemory[] = []
  let pages = 0
  let count = 0
  let last = ''
  const keepTab = async (nth: number) => {
    let heard = nth
    await served.listen(closing.signal, async (reading) => {
      if (nth === 0 && reading !== last) count += 1
      if (nth === 0) last = reading
      if (nth === 0 && count * samples >= readings * (seen.length + 1))
        seen.push(await served.memory())
      if (count >= readings) closing.abort()
      heard += 1
      if (heard % readingsAPage !== 0 || closing.signal.aborted) return
      await served.get(consoleViews[nth % consoleViews.length] ?? '')
      pages += 1
    })
  }
  await Promise.all(Array.from({ length: tabs }, (_, nth) => keepTab(nth)))
  bench.say(`${tabs} tabs, ${count} readings, ${pages} pages`)
  return seen
}

function rowsOf(seen: readonly ConsoleMemory[], readings: number): Row[] {
  const resident = seen.map(({ residentBytes }) => residentBytes / 2 ** 20)
  const kept = seen.map(({ keptBytes }) => keptBytes / 2 ** 20)
  const early = Math.floor(samples / 10) - 1
  return [
    ownRow(`ten tabs: memory after ${readings / 10} readings`, 'MiB', {
      ours: at(resident, early),
    }),
    ownRow(`– after half of ${readings}`, 'MiB', { ours: at(resident, samples / 2 - 1) }),
    ownRow('– after all', 'MiB', { ours: at(resident, -1), goal: `≤ ${mostMiB}` }),
    ownRow('– of it kept (heap without garbage), after a tenth', 'MiB', { ours: at(kept, early) }),
    ownRow('– kept after half', 'MiB', { ours: at(kept, samples / 2 - 1) }),
    ownRow('– kept after all', 'MiB', { ours: at(kept, -1) }),
  ]
}

function at(values: readonly number[], index: number): number {
  return values.at(index) ?? NaN
}
