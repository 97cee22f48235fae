import '../../src/compose/small-heap.ts'

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { runConsole } from '../../src/compose/run-console.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import type { ConsoleMemory } from './messages.ts'

// The console, by a clock that goes so many times as fast: what it reads in a day, it reads in some minutes. `console TIMES`.

const times = Number(process.argv[3])
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const stopping = new AbortController()

process.on('message', () => process.send?.(memory()))
process.on('disconnect', () => stopping.abort())

/** What it takes as it is, and what it keeps. */
function memory(): ConsoleMemory {
  const residentBytes = process.memoryUsage.rss()
  collectGarbage()
  return { residentBytes, keptBytes: process.memoryUsage().heapUsed }
}

await runConsole({
  env: process.env,
  clock: {
    ...systemClock,
    monotonic: () => systemClock.monotonic() * times,
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  },
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopped: stopping.signal,
})
process.exit()
