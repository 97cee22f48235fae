import { Gauge, type Registry } from 'prom-client'

/** What Redis says of itself. Undefined: it does not say, or not to us. */
export interface RedisReading {
  /** Of what it may use; undefined also where there is no limit. */
  memoryUsedRatio: number | undefined
  isSafe: boolean | undefined
  /** By how much this machine's clock is ahead of Redis'; negative: behind it. */
  clockAheadMs: number
}

export function createRedisGauges(registry: Registry): (reading: RedisReading) => void {
  const registers = [registry]
  const memory = new Gauge({
    name: 'ringback_redis_memory_used_ratio',
    help: 'How much of its maxmemory Redis uses: at 1 it refuses whatever is new. Absent where there is no limit.',
    registers,
  })
  const safe = new Gauge({
    name: 'ringback_redis_safe',
    help: '1 if Redis keeps what it is given: it has an append-only file, the last write to it succeeded, and it evicts nothing. Absent where it does not say.',
    registers,
  })
  const offset = new Gauge({
    name: 'ringback_clock_offset_seconds',
    help: 'By how much this machine’s clock is ahead of Redis’, or behind it if negative. Workers go by Redis’, in tokens too: where the two differ, one of them is wrong.',
    registers,
  })
  // A gauge without labels begins at 0, which would be an alarm.
  memory.remove()
  safe.remove()
  return ({ memoryUsedRatio, isSafe, clockAheadMs }) => {
    offset.set(clockAheadMs / 1000)
    if (memoryUsedRatio === undefined) memory.remove()
    else memory.set(memoryUsedRatio)
    if (isSafe === undefined) safe.remove()
    else safe.set(isSafe ? 1 : 0)
  }
}
