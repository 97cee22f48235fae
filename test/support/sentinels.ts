import { systemClock } from '../../src/shared/time/clock.ts'
import { authorities, keeping, startRedisProcess, type RedisProcess } from './redis-process.ts'

export interface WatchedPair {
  url: string
  primary: RedisProcess
  replica: RedisProcess
  sentinels: readonly RedisProcess[]
  /** Until the replica is the primary, and the Sentinels say so. */
  failover(): Promise<void>
}

const name = 'ring'

interface PairOptions {
  /** Which the Sentinels ask for, of each other too. */
  sentinelPassword?: string
}

/** A primary, a replica and three Sentinels, which replace it when it has been silent for two seconds. */
export async function startWatchedPair({
  sentinelPassword: password,
}: PairOptions = {}): Promise<WatchedPair> {
  const primary = await startRedisProcess({ lines: keeping })
  const replica = await startRedisProcess({
    lines: [...keeping, `replicaof 127.0.0.1 ${primary.port}`],
  })
  await until(async () => (await replica.admin.info('replication')).includes('link_status:up'))
  const lines = [
    `sentinel monitor ${name} 127.0.0.1 ${primary.port} 2`,
    `sentinel down-after-milliseconds ${name} 2000`,
    `sentinel failover-timeout ${name} 6000`,
    ...(password === undefined ? [] : [`sentinel sentinel-pass ${password}`]),
  ]
  const sentinels = await Promise.all(
    [1, 2, 3].map(() => startRedisProcess({ lines, args: ['--sentinel'], password })),
  )
  const ask = async (sentinel: RedisProcess) => {
    const reply: unknown = await sentinel.admin.call('SENTINEL', 'MASTER', name)
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
    url: `redis+sentinel://${authorities(sentinels)}/${name}`,
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
