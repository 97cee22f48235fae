import type { BenchEnvironment } from '../environment.ts'
import { redisDataBytes } from '../redis-info.ts'
import type { Row } from '../row.ts'
import type { BenchRun } from '../implementation.ts'

const delayMs = 24 * 3_600_000

/** Redis bytes for each callback that waits for its time. */
export async function measureMemory(bench: BenchEnvironment): Promise<Row[]> {
  const count = bench.quick ? 5_000 : 100_000
  const ours = await bytesEach(bench, { implementation: 'ringback', way: 'xadd', count })
  const baseline = await bytesEach(bench, { implementation: 'baseline', way: 'add', count })
  const metric = 'Redis bytes a waiting callback'
  return [{ metric, unit: 'B', ours, baseline, ratio: ours / baseline, goal: '≤ 1,250 B' }]
}

interface Waiting {
  implementation: 'ringback' | 'baseline'
  way: string
  count: number
}

async function bytesEach(
  bench: BenchEnvironment,
  { implementation, way, count }: Waiting,
): Promise<number> {
  const put = async (run: BenchRun, number: number) => {
    await bench[implementation].ask({
      kind: 'submit',
      run,
      way,
      count: number,
      inFlight: 50,
      delayMs,
    })
    await bench[implementation].ask({ kind: 'settle-in', run })
  }
  // Scripts and keys that exist only once must not be counted with the callbacks.
  await put(await bench.newRun(), 10)
  const run = await bench.newRun()
  const before = await redisDataBytes(bench.redis)
  await put(run, count)
  return ((await redisDataBytes(bench.redis)) - before) / count
}
