import type { BenchEnvironment } from '../environment.ts'
import type { Cost } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'

/** Deliveries a second of what waits on the queue, and of what waits in the inbox; and what each one costs in CPU. */
export async function measureDelivery(bench: BenchEnvironment): Promise<Row[]> {
  const count = bench.quick ? 2_000 : 3_000
  const rounds = bench.quick ? 3 : 15
  const ours: Cost[] = []
  const wholeWay: Cost[] = []
  const baseline: Cost[] = []
  // The first round warms up both implementations and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    const fromQueue = await deliver(bench, {
      implementation: 'ringback',
      way: 'xadd',
      settleIn: true,
      count,
    })
    const byBaseline = await deliver(bench, {
      implementation: 'baseline',
      way: 'add',
      settleIn: true,
      count,
    })
    const fromInbox = await deliver(bench, {
      implementation: 'ringback',
      way: 'xadd',
      settleIn: false,
      count,
    })
    if (round === 0) continue
    ours.push(fromQueue)
    baseline.push(byBaseline)
    wholeWay.push(fromInbox)
  }
  const perSecond = ({ ms }: Cost) => (1_000 * count) / ms
  const node = ({ nodeCpuMicros }: Cost) => nodeCpuMicros / count
  const redis = ({ redisCpuMicros }: Cost) => redisCpuMicros / count
  const row = (metric: string, unit: string, value: (cost: Cost) => number) => ({
    metric,
    unit,
    ours: ours.map(value),
    baseline: baseline.map(value),
  })
  return [
    rowOfRounds({ ...row('deliveries, from the queue', '1/s', perSecond), goal: '≥ 0.8' }),
    rowOfRounds(row('  Node CPU a delivery', 'µs', node)),
    rowOfRounds(row('  Redis CPU a delivery', 'µs', redis)),
    rowOfRounds({
      ...row('deliveries, from the inbox on', '1/s', perSecond),
      ours: wholeWay.map(perSecond),
    }),
  ]
}

interface Delivery {
  implementation: 'ringback' | 'baseline'
  way: string
  settleIn: boolean
  count: number
}

async function deliver(
  bench: BenchEnvironment,
  { implementation, way, settleIn, count }: Delivery,
): Promise<Cost> {
  const run = await bench.newRun()
  const process = bench[implementation]
  await process.ask({ kind: 'submit', run, way, count, inFlight: 50, delayMs: 0 })
  if (settleIn) await process.ask({ kind: 'settle-in', run })
  const cost = await process.ask({ kind: 'deliver', run, count })
  bench.say(
    `${implementation} ${settleIn ? 'queue' : 'inbox'}: ${Math.round((1_000 * count) / cost.ms)}/s`,
  )
  return cost
}
