#!/usr/bin/env node
// First: it is about what the others take.
import './compose/small-heap.ts'

import { programFor } from './compose/program-for.ts'
import type { CliContext } from './ops/cli/terminal/cli-context.ts'
import { runProgram } from './ops/cli/run-program.ts'
import { flushTraces, startTracing } from './shared/telemetry/open-telemetry.ts'
import { systemClock } from './shared/time/clock.ts'

/** The composition root: the one place where the roles, which never import each other, are put together. */
const stopping = new AbortController()
/** For whoever collects traces: what is not handed over by then is lost. Nothing else waits for it. */
const flushLimitMs = 2_000

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Once: a second Ctrl-C ends the process at once, as Node does by default.
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)))
}

// Without a listener Node opens its debugger, on a port that every user of this machine may use.
process.on('SIGUSR1', () => undefined)

const context: CliContext = {
  env: process.env,
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stopped: stopping.signal,
}

await startTracing()
const program = await programFor(process.argv, context)
process.exitCode = await runProgram(program, process.argv, context)
await Promise.race([flushTraces(), systemClock.sleep(flushLimitMs)])
// Told to stop, and done with it. BullMQ's Worker never finishes closing while Redis refuses connections, and its timers
// would keep the process alive for ever. What was written before this reaches its reader first.
process.stdout.write('', () => process.exit())
