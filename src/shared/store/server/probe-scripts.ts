import { createHash } from 'node:crypto'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { statsKey } from '../../redis/keys.ts'

/** A write that leaves everything as it is, in a script: whatever keeps our scripts from running keeps this one. */
const source = "redis.call('HDEL', KEYS[1], '') return 'done'"
const sha = createHash('sha1').update(source).digest('hex')

/**
 * Rejects with Redis' words on a replica, on a node without the destination's slot, and for a user without EVAL, EVALSHA or
 * the right to write our keys. Nothing is changed by it.
 */
export async function probeScripts({ redis, ref }: DestinationStore): Promise<void> {
  const key = statsKey(ref)
  /* eslint-disable ringback/side-effects-are-steps -- it has no effect */
  await redis.eval(source, 1, key)
  await redis.evalsha(sha, 1, key)
  /* eslint-enable ringback/side-effects-are-steps */
}
