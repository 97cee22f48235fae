import { Command } from 'ioredis'
import { onTestFinished } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { startBehindDoor, type PlacedServer } from './behind-door.ts'
import type { Network } from './network.ts'
import {
  authorities,
  keeping,
  startRedisProcess,
  type OnEnd,
  type RedisProcess,
} from './redis-process.ts'

export interface TestCluster {
  url: string
  primaries: readonly PlacedServer[]
  /** Of each primary, in the same order. */
  replicas: readonly PlacedServer[]
  /** Which of the primaries has the slot of this key, as the cluster was set up. */
  indexOf(key: string): number
  /** The key's slot, with all that is in it, comes to another primary. */
  moveSlotOf(key: string, to: RedisProcess): Promise<void>
  /** Until the replica of this primary is one, and the others say so. */
  failover(of: RedisProcess): Promise<void>
}

interface ClusterOptions {
  /** Default: three, of which two can outvote the third. */
  primaries?: number
  withReplicas?: boolean
  /** What is between its nodes, and between them and whoever is not a node. */
  network?: Network
  /** They speak TLS alone. */
  isTls?: boolean
  /** Default: with the test. */
  onEnd?: OnEnd
}

const slotCount = 16_384

/** Primaries, with a replica each. Somebody who is silent for two seconds is replaced. */
export async function startCluster({
  primaries: primaryCount = 3,
  withReplicas = true,
  network,
  isTls = false,
  onEnd = onTestFinished,
}: ClusterOptions = {}): Promise<TestCluster> {
  const count = withReplicas ? 2 * primaryCount : primaryCount
  const nodes = await Promise.all(
    Array.from({ length: count }, () => startNode({ onEnd, network, isTls })),
  )
  const primaries = nodes.slice(0, primaryCount)
  const replicas = nodes.slice(primaryCount)
  const share = Math.ceil(slotCount / primaries.length)
  for (const [at, { admin }] of primaries.entries()) {
    const first = at * share
    const slots = Array.from({ length: Math.min(share, slotCount - first) }, (_, n) => first + n)
    await admin.cluster('ADDSLOTS', ...slots)
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
  }
  const [{ admin: first }] = nodes as [PlacedServer, ...PlacedServer[]]
  for (const { host, port, busPort } of nodes.slice(1)) {
    await first.call('CLUSTER', 'MEET', host, port, busPort)
  }
  for (const { admin } of nodes) {
    await until(async () => (await linesOf(admin)).length === nodes.length)
  }
  for (const [at, { admin }] of replicas.entries()) {
    await admin.cluster('REPLICATE', await idOf(primaries[at]))
    await until(async () => (await admin.info('replication')).includes('link_status:up'))
  }
  for (const { admin } of nodes) {
    await until(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'))
  }
  const indexOf = (key: string) => Math.floor(slotOf(key) / share)
  return {
    url: `${isTls ? 'rediss' : 'redis'}+cluster://${authorities(primaries)}`,
    primaries,
    replicas,
    indexOf,
    moveSlotOf: (key, to) =>
      moveSlot({ slot: slotOf(key), from: primaries[indexOf(key)], to, primaries }),
    failover: async (failed) => {
      const address = `${failed.host}:${failed.port}@`
      for (const { admin } of nodes.filter((each) => each.port !== failed.port)) {
        await until(async () => {
          const line = (await linesOf(admin)).find((each) => each.includes(address))
          // Behind its eight fields are its slots.
          return line?.trim().split(' ').length === 8
        })
      }
    },
  }
}

interface NodeOptions {
  onEnd: OnEnd
  network: Network | undefined
  isTls: boolean
}

async function startNode({ onEnd, network, isTls }: NodeOptions): Promise<PlacedServer> {
  // What goes through the doors of a network is slower on a busy machine.
  const silentMs = network === undefined ? 2_000 : 5_000
  const lines = [
    ...keeping,
    `cluster-node-timeout ${silentMs}`,
    ...(isTls ? ['tls-cluster yes'] : []),
  ]
  if (network === undefined) {
    const node = await startRedisProcess({ lines, isTls, isNode: true, onEnd })
    return { ...node, address: undefined }
  }
  const address = network.newAddress()
  const busDoor = await network.doorOf(address)
  const server = await startBehindDoor({
    network,
    address,
    announcing: 'cluster-announce',
    lines: [...lines, `cluster-announce-bus-port ${busDoor.port}`],
    isTls,
    isNode: true,
    onEnd,
  })
  busDoor.leadTo(server.busPort)
  return { ...server, busPort: busDoor.port }
}

interface Move {
  slot: number
  from: RedisProcess | undefined
  to: RedisProcess
  primaries: readonly RedisProcess[]
}

/** As redis-cli does it. */
async function moveSlot({ slot, from, to, primaries }: Move): Promise<void> {
  if (from === undefined) throw new Error('nobody has the slot')
  const target = await idOf(to)
  await to.admin.cluster('SETSLOT', slot, 'IMPORTING', await idOf(from))
  await from.admin.cluster('SETSLOT', slot, 'MIGRATING', target)
  for (;;) {
    const keys = await from.admin.cluster('GETKEYSINSLOT', slot, 10)
    if (keys.length === 0) break
    const names = keys.map(String)
    await from.admin.call('MIGRATE', to.host, to.port, '', 0, 5_000, 'KEYS', ...names)
  }
  for (const { admin } of [to, from, ...primaries.filter((each) => each !== to && each !== from)]) {
    await admin.cluster('SETSLOT', slot, 'NODE', target)
  }
}

function slotOf(key: string): number {
  return new Command('get', [key]).getSlot()
}

async function idOf(node: RedisProcess | undefined): Promise<string> {
  return String(await node?.admin.cluster('MYID'))
}

async function linesOf(admin: RedisProcess['admin']): Promise<string[]> {
  return String(await admin.cluster('NODES'))
    .split('\n')
    .filter((line) => line !== '')
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(20)
}
