import type { Laboratory } from '../laboratory.ts'
import type { Cost } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'

const inFlight = 50

/** Callbacks a second that Redis takes, 50 calls in flight. */
export async function measureAcceptance(lab: Laboratory): Promise<Row[]> {
  const count = lab.quick ? 5_000 : 30_000
  const rounds = lab.quick ? 3 : 7
  const costs: Record<'enqueue' | 'xadd' | 'add', Cost[]> = { enqueue: [], xadd: [], add: [] }
  for (let round = 0; round <= rounds; round += 1) {
    for (const way of ['enqueue', 'add', 'xadd'] as const) {
      const trial = await lab.newTrial()
      const process = way === 'add' ? lab.rival : lab.ringback
      const cost = await process.ask({ kind: 'submit', trial, way, count, inFlight, delayMs: 0 })
      lab.say(`${way}: ${Math.round((1_000 * count) / cost.ms)}/s`)
      if (round > 0) costs[way].push(cost)
    }
  }
  const perSecond = ({ ms }: Cost) => (1_000 * count) / ms
  const node = ({ nodeCpuMicros }: Cost) => nodeCpuMicros / count
  const redis = ({ redisCpuMicros }: Cost) => redisCpuMicros / count
  const rows = (way: 'enqueue' | 'xadd', name: string) => {
    const row = (figure: string, unit: string, value: (cost: Cost) => number) => ({
      figure,
      unit,
      ours: costs[way].map(value),
      rival: costs.add.map(value),
    })
    return [
      rowOfRounds({ ...row(`acceptance, ${name}`, '1/s', perSecond), goal: '≥ 1.0' }),
      rowOfRounds(row(`  Node CPU, ${name}`, 'µs', node)),
      rowOfRounds(row(`  Redis CPU, ${name}`, 'µs', redis)),
    ]
  }
  return [...rows('enqueue', 'enqueue'), ...rows('xadd', 'XADD')]
}
