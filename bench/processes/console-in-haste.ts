import '../../src/compose/small-heap.ts'

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { programFor } from '../../src/compose/program-for.ts'
import { runProgram } from '../../src/ops/cli/run-program.ts'
import type { CliContext } from '../../src/ops/cli/terminal/cli-context.ts'
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

const context: CliContext = {
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
}
// As src/main.ts does: what the command line has loaded stays.
const argv = process.argv.slice(0, 3)
await runProgram(await programFor(argv, context), argv, context)
process.exit()
