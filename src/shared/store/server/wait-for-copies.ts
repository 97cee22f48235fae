import type { Redis } from '../../redis/connection.ts'
import { asList } from '../../redis/reply.ts'
import { waitForReplicas, type ReplicasWish } from './wait-for-replicas.ts'

/** Where what is submitted is to be before it counts as accepted. */
export interface CopiesWish extends ReplicasWish {
  /** On disk, and not in memory alone: of the primary, and of so many replicas. */
  onDisk: boolean
}

export interface Copies {
  replicas: number
  /** The primary has it on its disk. False where that was not asked. */
  onDisk: boolean
}

/** The same, of disks too. `WAITAOF`, since Redis 7.2, is refused by a server whose append-only file is off. */
export async function waitForCopies(redis: Redis, wish: CopiesWish): Promise<Copies> {
  if (!wish.onDisk) return { replicas: await waitForReplicas(redis, wish), onDisk: false }
  const { replicas, timeoutMs } = wish
  // eslint-disable-next-line ringback/side-effects-are-steps -- it only reads
  const [local, others] = asList(await redis.call('WAITAOF', '1', replicas, timeoutMs))
  return { replicas: Number(others), onDisk: Number(local) >= 1 }
}
