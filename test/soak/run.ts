import { systemClock } from '../../src/shared/time/clock.ts'
import { readArguments, type SoakArguments } from './arguments.ts'
import { commandAgain, reportAsText } from './report.ts'
import { soak } from './soak.ts'
import { longestSoakMs } from './times.ts'

// Hours of trouble in minutes: docs/soak.md says what must come of it.

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function run(soakArguments: SoakArguments): Promise<boolean> {
  const report = await soak(soakArguments, say)
  const text = soakArguments.json ? JSON.stringify(report, undefined, 2) : reportAsText(report)
  process.stdout.write(`${text}\n`)
  return report.passed
}

async function giveUp(soakArguments: SoakArguments): Promise<boolean> {
  const longestMs = longestSoakMs(soakArguments.minutes * 60_000)
  await systemClock.sleep(longestMs)
  say(`FAILED: without an end of its own after ${longestMs / 1000} s.`)
  say(`Again: ${commandAgain(soakArguments)}`)
  return false
}

// Else workers, and among them a frozen one, would outlive an interrupted soak.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const soakArguments = readArguments(process.argv.slice(2), systemClock.now() % 1_000_000)
say(commandAgain(soakArguments))
const passed = await Promise.race([run(soakArguments), giveUp(soakArguments)])
// Whatever still goes on ends with it.
process.exit(passed ? 0 : 1)
