import type { Redis } from 'ioredis'

/** CPU time the server has used since its start, all its threads, in µs. */
export async function redisCpuMicros(redis: Redis): Promise<number> {
  const info = await readInfo(redis, 'cpu')
  return 1e6 * (info('used_cpu_user') + info('used_cpu_sys'))
}

/** Bytes in use, but for the buffers of connections and of the append-only file, which come and go. */
export async function redisDataBytes(redis: Redis): Promise<number> {
  const info = await readInfo(redis, 'memory')
  return info('used_memory') - info('mem_clients_normal') - info('mem_aof_buffer')
}

export async function redisVersion(redis: Redis): Promise<string> {
  const text = await redis.info('server')
  return /^redis_version:(.*?)\r?$/m.exec(text)?.[1] ?? 'unknown'
}

/**
 * What commands have taken since the server's start, in µs. What a script calls is counted twice, as the script's own and as the
 * command's: it is never more than this.
 */
export async function commandMicros(redis: Redis): Promise<number> {
  const text = await redis.info('commandstats')
  const each = [...text.matchAll(/^cmdstat_([^:]+):calls=\d+,usec=(\d+)/gm)]
  return each.reduce((sum, [, name, usec]) => (name === 'info' ? sum : sum + Number(usec)), 0)
}

async function readInfo(redis: Redis, section: string): Promise<(name: string) => number> {
  const text = await redis.info(section)
  return (name) => {
    const value = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]
    if (value === undefined) throw new Error(`Redis' INFO ${section} has no ${name}`)
    return Number(value)
  }
}

/** Connections of clients, and commands since the server's start, what scripts call among them. */
export async function redisTraffic(
  redis: Redis,
): Promise<{ connections: number; commands: number }> {
  const clients = await readInfo(redis, 'clients')
  const stats = await readInfo(redis, 'stats')
  return {
    connections: clients('connected_clients'),
    commands: stats('total_commands_processed'),
  }
}
