import type { Laboratory } from '../laboratory.ts'
import { redisDataBytes } from '../redis-info.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const delayMs = 24 * 3_600_000

/** Redis bytes for each callback that waits for its time. */
export async function measureMemory(lab: Laboratory): Promise<Row[]> {
  const count = lab.quick ? 5_000 : 20_000
  const ours = await bytesEach(lab, { side: 'ringback', way: 'xadd', count })
  const rival = await bytesEach(lab, { side: 'rival', way: 'add', count })
  const figure = 'Redis bytes a waiting callback'
  return [{ figure, unit: 'B', ours, rival, ratio: ours / rival, goal: '≤ 1,200 B' }]
}

interface Waiting {
  side: 'ringback' | 'rival'
  way: string
  count: number
}

async function bytesEach(lab: Laboratory, { side, way, count }: Waiting): Promise<number> {
  const put = async (trial: Trial, number: number) => {
    await lab[side].ask({ kind: 'submit', trial, way, count: number, inFlight: 50, delayMs })
    await lab[side].ask({ kind: 'settle-in', trial })
  }
  // Scripts and keys that there are once are not to be counted with the callbacks.
  await put(await lab.newTrial(), 10)
  const trial = await lab.newTrial()
  const before = await redisDataBytes(lab.redis)
  await put(trial, count)
  return ((await redisDataBytes(lab.redis)) - before) / count
}
