import type { DestinationStore } from '../../redis/destination-store.ts'
import { controlKey } from '../../redis/keys.ts'
import { redisErrorKind } from '../../redis/redis-errors.ts'

/** How many partitions a destination has: one, unless a worker has fixed another number. Who may not ask takes it for one. */
export async function readPartitions({ redis, ref }: DestinationStore): Promise<number> {
  try {
    return decodePartitions(await redis.hget(controlKey(ref), 'partitions'))
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return 1
  }
}

export function decodePartitions(field: string | null | undefined): number {
  return field === null || field === undefined ? 1 : Number(field)
}
