import { systemClock } from '../../src/shared/time/clock.ts'
import { readArguments } from './arguments.ts'
import { reportAsText } from './report.ts'
import { soak } from './soak.ts'

// Hours of trouble in minutes: docs/guarantees.md says what must come of it.

// Else workers, and among them a frozen one, would outlive an interrupted soak.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const say = (line: string) => void process.stderr.write(`${line}\n`)
const soakArguments = readArguments(process.argv.slice(2), systemClock.now() % 1_000_000)
say(
  `soak of ${soakArguments.minutes} min, ${soakArguments.callbacks} callbacks, seed ${soakArguments.seed}`,
)
const report = await soak(soakArguments, say)
const text = soakArguments.json ? JSON.stringify(report, undefined, 2) : reportAsText(report)
process.stdout.write(`${text}\n`)
process.exitCode = report.passed ? 0 : 1
