import type { Redis } from '../../redis/connection.ts'

export interface ReplicaWish {
  /** How many are to have it. */
  replicas: number
  timeoutMs: number
}

/**
 * How many replicas have all that was done over this connection so far. Blocks it meanwhile, and what is sent after it.
 */
export async function waitForReplicas(
  redis: Redis,
  { replicas, timeoutMs }: ReplicaWish,
): Promise<number> {
  return await redis.wait(replicas, timeoutMs)
}
