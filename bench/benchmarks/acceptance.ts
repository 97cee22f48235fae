import type { BenchEnvironment } from '../environment.ts'
import type { Cost } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'

const inFlight = 50

/** Callbacks a second that Redis takes, 50 calls in flight. */
export async function measureAcceptance(bench: BenchEnvironment): Promise<Row[]> {
  const count = bench.quick ? 5_000 : 30_000
  const rounds = bench.quick ? 3 : 7
  const costs: Record<'enqueue' | 'xadd' | 'add', Cost[]> = { enqueue: [], xadd: [], add: [] }
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of ['enqueue', 'add', 'xadd'] as const) {
      const run = await bench.newRun()
      const process = way === 'add' ? bench.baseline : bench.ringback
      const cost = await process.ask({ kind: 'submit', run, way, count, inFlight, delayMs: 0 })
      bench.say(`${way}: ${Math.round((1_000 * count) / cost.ms)}/s`)
      if (round > 0) costs[way].push(cost)
    }
  }
  const perSecond = ({ ms }: Cost) => (1_000 * count) / ms
  const node = ({ nodeCpuMicros }: Cost) => nodeCpuMicros / count
  const redis = ({ redisCpuMicros }: Cost) => redisCpuMicros / count
  const rows = (way: 'enqueue' | 'xadd', { name, goal }: { name: string; goal: string }) => {
    const row = (metric: string, unit: string, value: (cost: Cost) => number) => ({
      metric,
      unit,
      ours: costs[way].map(value),
      baseline: costs.add.map(value),
    })
    return [
      rowOfRounds({ ...row(`acceptance, ${name}`, '1/s', perSecond), goal }),
      rowOfRounds(row(`  Node CPU, ${name}`, 'µs', node)),
      rowOfRounds(row(`  Redis CPU, ${name}`, 'µs', redis)),
    ]
  }
  return [
    ...rows('enqueue', { name: 'enqueue', goal: '≥ 1.2' }),
    ...rows('xadd', { name: 'XADD', goal: '≥ 2.5' }),
  ]
}
