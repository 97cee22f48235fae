import type { BenchEnvironment } from '../environment.ts'
import type { Cost } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'

/** A worker runs for weeks. Until V8 has compiled what it does all the time, some thousand deliveries, each takes half as long again. */
const warmUps = 3

/** Deliveries a second of what waits on the queue, and of what waits in the inbox; and what each one costs in CPU. */
export async function measureDelivery(bench: BenchEnvironment): Promise<Row[]> {
  const count = bench.quick ? 2_000 : 3_000
  const rounds = bench.quick ? 5 : 15
  const ours: Delivered[] = []
  const wholeWay: Delivered[] = []
  const baseline: Delivered[] = []
  for (let round = 0; round < warmUps + rounds; round += 1) {
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
    if (round < warmUps) continue
    ours.push(fromQueue)
    baseline.push(byBaseline)
    wholeWay.push(fromInbox)
  }
  const perSecond = ({ delivery: { ms } }: Delivered) => (1_000 * count) / ms
  const node = ({ delivery }: Delivered) => delivery.nodeCpuMicros / count
  const redis = ({ delivery }: Delivered) => delivery.redisCpuMicros / count
  const all = ({ submission, delivery }: Delivered) => (cpu(submission) + cpu(delivery)) / count
  const rowFrom =
    (way: readonly Delivered[]) =>
    (metric: string, unit: string, value: (delivered: Delivered) => number) => ({
      metric,
      unit,
      ours: way.map(value),
      baseline: baseline.map(value),
    })
  const [fromQueue, fromInbox] = [rowFrom(ours), rowFrom(wholeWay)]
  return [
    rowOfRounds({ ...fromQueue('deliveries, from the queue', '1/s', perSecond), goal: '≥ 1.0' }),
    rowOfRounds(fromQueue('  Node CPU a delivery', 'µs', node)),
    rowOfRounds(fromQueue('  Redis CPU a delivery', 'µs', redis)),
    rowOfRounds({ ...fromInbox('deliveries, from the inbox on', '1/s', perSecond), goal: '≥ 0.9' }),
    rowOfRounds({ ...fromInbox('CPU of all, XADD to booked', 'µs', all), goal: '≤ 1.1' }),
  ]
}

/** What a round cost: to put it there, and to deliver it. */
interface Delivered {
  submission: Cost
  delivery: Cost
}

function cpu({ nodeCpuMicros, redisCpuMicros }: Cost): number {
  return nodeCpuMicros + redisCpuMicros
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
): Promise<Delivered> {
  const run = await bench.newRun()
  const process = bench[implementation]
  const submitting = { run, way, count, inFlight: 50, delayMs: 0 }
  const submission = await process.ask({ kind: 'submit', ...submitting })
  if (settleIn) await process.ask({ kind: 'settle-in', run })
  const delivery = await process.ask({ kind: 'deliver', run, count })
  bench.say(
    `${implementation} ${settleIn ? 'queue' : 'inbox'}: ${Math.round((1_000 * count) / delivery.ms)}/s`,
  )
  return { submission, delivery }
}
