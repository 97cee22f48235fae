import { systemClock } from '../../src/shared/time/clock.ts'
import { startBehindDoor, type PlacedServer } from './behind-door.ts'
import type { Network } from './network.ts'
import { authorities, keeping, startRedisProcess, type ProcessOptions } from './redis-process.ts'

export interface WatchedPair {
  url: string
  primary: PlacedServer
  replica: PlacedServer
  sentinels: readonly PlacedServer[]
  /** Until the replica is the primary, and the Sentinels say so. */
  failover(): Promise<void>
}

const name = 'ring'

interface PairOptions {
  /** Which the Sentinels ask for, of each other too. */
  sentinelPassword?: string
  /** What is between all of them, and between them and whoever is none of them. */
  network?: Network
  /** They speak TLS alone. */
  isTls?: boolean
}

/** A primary, a replica and three Sentinels, which replace it when it has been silent for two seconds. */
export async function startWatchedPair({
  sentinelPassword: password,
  network,
  isTls = false,
}: PairOptions = {}): Promise<WatchedPair> {
  const start = async (
    announcing: 'replica-announce' | 'sentinel announce',
    options: ProcessOptions,
  ): Promise<PlacedServer> =>
    network === undefined
      ? { ...(await startRedisProcess({ isTls, ...options })), address: undefined }
      : await startBehindDoor({ network, announcing, isTls, ...options })
  const primary = await start('replica-announce', { lines: keeping })
  const replica = await start('replica-announce', {
    lines: [...keeping, `replicaof 127.0.0.1 ${primary.port}`],
  })
  await until(async () => (await replica.admin.info('replication')).includes('link_status:up'))
  // What goes through the doors of a network is slower on a busy machine.
  const silentMs = network === undefined ? 2_000 : 5_000
  const lines = [
    `sentinel monitor ${name} 127.0.0.1 ${primary.port} 2`,
    `sentinel down-after-milliseconds ${name} ${silentMs}`,
    `sentinel failover-timeout ${name} 6000`,
    ...(password === undefined ? [] : [`sentinel sentinel-pass ${password}`]),
  ]
  const sentinels = await Promise.all(
    [1, 2, 3].map(() => start('sentinel announce', { lines, args: ['--sentinel'], password })),
  )
  const ask = async ({ admin }: PlacedServer) => {
    const reply: unknown = await admin.call('SENTINEL', 'MASTER', name)
    const list = Array.isArray(reply) ? reply.map(String) : []
    return (field: string) => list[list.indexOf(field) + 1]
  }
  for (const sentinel of sentinels) {
    await until(async () => {
      const value = await ask(sentinel)
      return value('num-other-sentinels') === '2' && value('num-slaves') === '1'
    })
  }
  return {
    url: `${isTls ? 'rediss' : 'redis'}+sentinel://${authorities(sentinels)}/${name}`,
    primary,
    replica,
    sentinels,
    failover: async () => {
      for (const sentinel of sentinels) {
        await until(async () => (await ask(sentinel))('port') === String(replica.port))
      }
    },
  }
}

/** Redis tells of these things only whoever asks. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(20)
}
