import type { Redis } from '../../redis/connection.ts'
import { takeStep } from '../../telemetry/steps.ts'

export interface LeaseOptions {
  redis: Redis
  key: string
  /** Of this process alone. */
  holder: string
  /** For how long a holder that has fallen silent is still taken for one. */
  ttlMs: number
}

/**
 * True while this process may take itself for the only one. Two may do so for a moment, where one was paused for longer than
 * the lease: what it is asked for must be safe to do twice.
 */
export async function holdLease({ redis, key, holder, ttlMs }: LeaseOptions): Promise<boolean> {
  const owner = await redis.get(key)
  if (owner !== null && owner !== holder) return false
  return owner === null
    ? takeStep('walk.lease', {}, async () => {
        return (await redis.set(key, holder, 'PX', ttlMs, 'NX')) === 'OK'
      })
    : takeStep('walk.lease', {}, async () => (await redis.pexpire(key, ttlMs)) === 1)
}
