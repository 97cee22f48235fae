import type { Redis } from '../../redis/connection.ts'
import { asList } from '../../redis/reply.ts'

/** Where what is submitted is to be before it counts as accepted. */
export interface CopiesWish {
  /** On how many replicas. */
  replicas: number
  /** On disk, and not in memory alone: of the primary, and of so many replicas. */
  onDisk: boolean
  timeoutMs: number
}

/** How long to wait for replicas where nobody has said. */
export const replicaTimeoutMs = 500

export interface Copies {
  replicas: number
  /** The primary has it on its disk. False where that was not asked. */
  onDisk: boolean
}

/**
 * Where all is that was done over this connection so far. Blocks it meanwhile, and what is sent after it. `WAITAOF`, since Redis 7.2,
 * is refused by a server whose append-only file is off.
 */
export async function waitForCopies(
  redis: Redis,
  { replicas, onDisk, timeoutMs }: CopiesWish,
): Promise<Copies> {
  if (!onDisk) return { replicas: await redis.wait(replicas, timeoutMs), onDisk: false }
  // eslint-disable-next-line ringback/side-effects-are-steps -- it only reads
  const [local, others] = asList(await redis.call('WAITAOF', '1', replicas, timeoutMs))
  return { replicas: Number(others), onDisk: Number(local) >= 1 }
}
