import { randomUUID } from 'node:crypto'

import { createKeyPair } from '../../src/sandbox/key-pair.ts'
import { partitionName } from '../../src/shared/contract/partition.ts'
import { connectPatiently } from '../../src/shared/redis/connection.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'
import { bridgeGroup } from '../../src/shared/store/inbox/inbox.ts'
import { fixPartitions } from '../../src/shared/store/partitions/fix-partitions.ts'
import { startCluster, type TestCluster } from '../../test/support/cluster.ts'
import type { BenchEnvironment } from '../environment.ts'
import type { BenchRun } from '../implementation.ts'
import type { Cost, ImplementationRequest } from '../processes/messages.ts'
import { redisCpuMicros } from '../redis-info.ts'
import { ownRow, type Row } from '../row.ts'
import { median } from '../statistics.ts'

/**
 * Acceptance and delivery of one destination in 1, 2 and 4 partitions, each on a master of its own. On a machine of few cores it is
 * bound by them, not by Redis: what counts is what a callback costs each master and the worker, of which docs/performance.md computes
 * what more machines would take.
 */
export async function measurePartitions(bench: BenchEnvironment): Promise<Row[]> {
  const rows: Row[] = []
  for (const partitions of [1, 2, 4]) rows.push(...(await measureOf(bench, partitions)))
  return rows
}

async function measureOf(bench: BenchEnvironment, partitions: number): Promise<Row[]> {
  const ends: (() => Promise<void>)[] = []
  const onEnd = (end: () => Promise<void>) => void ends.push(end)
  const cluster = await startCluster({ primaries: partitions, withReplicas: false, onEnd })
  try {
    return await roundsOn(cluster, partitions, bench)
  } finally {
    for (const end of ends) await end()
  }
}

/** What one request cost, and what of it each master had. */
interface Measured extends Cost {
  masters: readonly number[]
}

async function roundsOn(
  cluster: TestCluster,
  partitions: number,
  bench: BenchEnvironment,
): Promise<Row[]> {
  const count = bench.quick ? 2_000 : 20_000
  const rounds = bench.quick ? 2 : 7
  const accepted: Measured[] = []
  const delivered: Measured[] = []
  // The first round warms up and is thrown away.
  for (let round = 0; round <= rounds; round += 1) {
    const run = await freshRun(cluster, partitions, bench)
    const submitting = { run, way: 'enqueue', count, inFlight: 50, delayMs: 0 }
    const acceptance = await ask({ kind: 'submit', ...submitting }, { bench, cluster })
    const delivery = await ask({ kind: 'deliver', run, count }, { bench, cluster })
    bench.say(
      `${partitions}: ${perSecond(acceptance.ms, count)}/s, ${perSecond(delivery.ms, count)}/s`,
    )
    if (round === 0) continue
    accepted.push(acceptance)
    delivered.push(delivery)
  }
  const name = partitions === 1 ? '1 partition' : `${partitions} partitions`
  return [
    ...rowsOf(`${name}: acceptance`, accepted, count),
    ...rowsOf(`${name}: delivery, from the inbox on`, delivered, count),
  ]
}

async function ask(
  request: ImplementationRequest,
  { bench, cluster }: { bench: BenchEnvironment; cluster: TestCluster },
): Promise<Measured> {
  const cpuOfEach = () => Promise.all(cluster.primaries.map(({ admin }) => redisCpuMicros(admin)))
  const before = await cpuOfEach()
  const cost = await bench.ringback.ask(request)
  const after = await cpuOfEach()
  return { ...cost, masters: after.map((micros, at) => micros - (before[at] ?? 0)) }
}

function rowsOf(metric: string, measured: readonly Measured[], count: number): Row[] {
  const middle = (value: (each: Measured) => number) => median(measured.map(value))
  const all = ({ masters }: Measured) => masters.reduce((sum, micros) => sum + micros, 0)
  const busiest = ({ masters }: Measured) => Math.max(...masters)
  return [
    ownRow(metric, '1/s', { ours: middle(({ ms }) => (1_000 * count) / ms) }),
    ownRow('  Redis CPU a callback', 'µs', { ours: middle((each) => all(each) / count) }),
    ownRow('  of that the busiest master', '%', {
      ours: middle((each) => (100 * busiest(each)) / all(each)),
    }),
    ownRow('  Node CPU a callback', 'µs', { ours: middle((each) => each.nodeCpuMicros / count) }),
  ]
}

/** Of names of which each partition has a master of its own: which slot a name has is chance. */
async function freshRun(
  cluster: TestCluster,
  partitions: number,
  { sink }: BenchEnvironment,
): Promise<BenchRun> {
  for (;;) {
    const namespace = `bench-${randomUUID().slice(0, 8)}`
    const masters = Array.from({ length: partitions }, (_, place) => {
      const destination = partitionName('default', place)
      return cluster.indexOf(inboxKey({ namespace, destination }))
    })
    if (new Set(masters).size < partitions) continue
    const { privateKeyPem } = createKeyPair()
    const servers = cluster.primaries.map(({ host, port }) => `redis://${host}:${port}`)
    await fix(cluster.url, namespace, partitions)
    const place = { name: namespace, redisUrl: cluster.url, servers, partitions }
    return { ...place, sinkUrl: sink.url, privateKeyPem }
  }
}

/** As a worker does before anybody submits: whoever asked before that would take it for one partition. */
async function fix(redisUrl: string, namespace: string, partitions: number): Promise<void> {
  const redis = connectPatiently(redisUrl, (error) => {
    throw error
  })
  const store = openStore(redis, { namespace, destination: 'default' })
  await fixPartitions(store, { partitions, group: bridgeGroup })
  redis.disconnect()
}

function perSecond(ms: number, count: number): number {
  return Math.round((1_000 * count) / ms)
}
