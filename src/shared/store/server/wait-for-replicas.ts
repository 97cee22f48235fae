import type { Redis } from '../../redis/connection.ts'

export interface ReplicasWish {
  /** How many are to have it. */
  replicas: number
  timeoutMs: number
}

/** How long to wait for replicas where nobody has said. */
export const replicaTimeoutMs = 500

/** How many have all that was done over this connection so far. Blocks it meanwhile, and what is sent after it. */
export function waitForReplicas(
  redis: Redis,
  { replicas, timeoutMs }: ReplicasWish,
): Promise<number> {
  return redis.wait(replicas, timeoutMs)
}
