import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

import { measureAcceptance } from './benchmarks/acceptance.ts'
import { measureConsole } from './benchmarks/console.ts'
import { measureConsoleDay } from './benchmarks/console-day.ts'
import { measureDelivery } from './benchmarks/delivery.ts'
import { measureDestinations, measureFlood } from './benchmarks/destinations.ts'
import { measureIntake } from './benchmarks/intake.ts'
import { measureLateness, measureLatency } from './benchmarks/latency.ts'
import { measureMemory } from './benchmarks/memory.ts'
import { measureOpeningBell } from './benchmarks/opening-bell.ts'
import { measurePace } from './benchmarks/pace.ts'
import { measurePartitions } from './benchmarks/partitions.ts'
import { measureStart } from './benchmarks/start.ts'
import { measureWaiting } from './benchmarks/waiting.ts'
import { openEnvironment } from './environment.ts'
import { rowsAsTable } from './present.ts'
import { summarizeProfiles } from './profile.ts'
import { redisVersion } from './redis-info.ts'
import type { Row } from './row.ts'

// Ringback against what a user would build by hand, side by side: docs/performance.md explains the method and the results.

const benchmarks = {
  delivery: measureDelivery,
  acceptance: measureAcceptance,
  intake: measureIntake,
  latency: measureLatency,
  lateness: measureLateness,
  memory: measureMemory,
  start: measureStart,
  waiting: measureWaiting,
  pace: measurePace,
  'opening-bell': measureOpeningBell,
  destinations: measureDestinations,
  flood: measureFlood,
  partitions: measurePartitions,
  console: measureConsole,
  'console-day': measureConsoleDay,
} as const

const names = Object.keys(benchmarks) as (keyof typeof benchmarks)[]

const usage = `npm run bench -- [--quick] [--json] [--only ${names.join(',')}] [--profile FOLDER]\n`

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: names.join(',') },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (options.help) process.stdout.write(usage)
else await run()

async function run(): Promise<void> {
  const chosen = options.only.split(',')
  const unknown = chosen.filter((name) => !(name in benchmarks))
  if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(', ')}. ${usage}`)
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const { quick, profile: profileDir } = options
  const bench = await openEnvironment({ quick, profileDir, say })
  const rows: Row[] = []
  const redis = await redisVersion(bench.redis)
  try {
    for (const name of names.filter((each) => chosen.includes(each))) {
      say(`— ${name}`)
      rows.push(...(await benchmarks[name](bench)))
    }
  } finally {
    await bench.close()
  }
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}, Redis ${redis}`
  const measuredAt = new Date().toISOString()
  const report = { measuredAt, machine, quick, rows }
  const text = options.json ? JSON.stringify(report, undefined, 2) : rowsAsTable(rows)
  process.stdout.write(options.json ? `${text}\n` : `${machine}, ${measuredAt}\n${text}\n`)
  if (profileDir !== undefined) say(await summarizeProfiles(profileDir))
}
