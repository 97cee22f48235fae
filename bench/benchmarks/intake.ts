import type { BenchEnvironment } from '../environment.ts'
import type { Cost } from '../processes/messages.ts'
import { ownRow, type Row } from '../row.ts'
import { median } from '../statistics.ts'

/** Entries a second that a bridge alone takes in of what has piled up in an inbox, due at once and put off; and what each costs. */
export async function measureIntake(bench: BenchEnvironment): Promise<Row[]> {
  return [
    ...(await takeIn(bench, { name: 'due at once', delayMs: 0 })),
    ...(await takeIn(bench, { name: 'put off', delayMs: 86_400_000 })),
  ]
}

async function takeIn(
  bench: BenchEnvironment,
  { name, delayMs }: { name: string; delayMs: number },
): Promise<Row[]> {
  const count = bench.quick ? 20_000 : 200_000
  const rounds = bench.quick ? 3 : 5
  const costs: Cost[] = []
  // The first round warms up and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    const run = await bench.newRun()
    const filling = { run, way: 'xadd', count, inFlight: 200, delayMs }
    await bench.ringback.ask({ kind: 'submit', ...filling })
    const cost = await bench.ringback.ask({ kind: 'settle-in', run })
    bench.say(`taken in, ${name}: ${Math.round((1_000 * count) / cost.ms)}/s`)
    if (round > 0) costs.push(cost)
  }
  const of = (value: (cost: Cost) => number) => ({ ours: median(costs.map(value)) })
  return [
    ownRow(`taken in, ${name}`, '1/s', {
      ...of(({ ms }) => (1_000 * count) / ms),
      goal: '≥ 15,000',
    }),
    ownRow(
      '  Node CPU an entry',
      'µs',
      of(({ nodeCpuMicros }) => nodeCpuMicros / count),
    ),
    ownRow(
      '  Redis CPU an entry',
      'µs',
      of(({ redisCpuMicros }) => redisCpuMicros / count),
    ),
  ]
}
