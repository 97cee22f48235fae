import type { Laboratory } from '../laboratory.ts'
import type { Cost } from '../processes/messages.ts'
import { rowOfRounds, type Row } from '../row.ts'

/** Deliveries a second of what waits on the queue, and of what waits in the inbox; and what each one costs in CPU. */
export async function measureDelivery(lab: Laboratory): Promise<Row[]> {
  const count = lab.quick ? 2_000 : 3_000
  const rounds = lab.quick ? 3 : 15
  const ours: Cost[] = []
  const wholeWay: Cost[] = []
  const rival: Cost[] = []
  // The first round warms up both sides and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    const fromQueue = await deliver(lab, { side: 'ringback', way: 'xadd', settleIn: true, count })
    const byRival = await deliver(lab, { side: 'rival', way: 'add', settleIn: true, count })
    const fromInbox = await deliver(lab, { side: 'ringback', way: 'xadd', settleIn: false, count })
    if (round === 0) continue
    ours.push(fromQueue)
    rival.push(byRival)
    wholeWay.push(fromInbox)
  }
  const perSecond = ({ ms }: Cost) => (1_000 * count) / ms
  const node = ({ nodeCpuMicros }: Cost) => nodeCpuMicros / count
  const redis = ({ redisCpuMicros }: Cost) => redisCpuMicros / count
  const row = (figure: string, unit: string, value: (cost: Cost) => number) => ({
    figure,
    unit,
    ours: ours.map(value),
    rival: rival.map(value),
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
  side: 'ringback' | 'rival'
  way: string
  settleIn: boolean
  count: number
}

async function deliver(lab: Laboratory, { side, way, settleIn, count }: Delivery): Promise<Cost> {
  const trial = await lab.newTrial()
  const process = lab[side]
  await process.ask({ kind: 'submit', trial, way, count, inFlight: 50, delayMs: 0 })
  if (settleIn) await process.ask({ kind: 'settle-in', trial })
  const cost = await process.ask({ kind: 'deliver', trial, count })
  lab.say(`${side} ${settleIn ? 'queue' : 'inbox'}: ${Math.round((1_000 * count) / cost.ms)}/s`)
  return cost
}
