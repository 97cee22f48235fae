import { ClusterConnection } from './cluster-connection.ts'
import type { Redis } from './connection.ts'
import { inboxKey, type DestinationRef } from './keys.ts'

/**
 * A destination in its Redis: what every function of src/shared/store that is about one is given. Others hand it on. They read
 * of it `ref`, for what they say, and `redis` where the connection itself is meant.
 */
export interface DestinationStore {
  readonly redis: Redis
  readonly ref: DestinationRef
}

/** In a cluster a destination is on one node, and its store has the connection to that. */
export function openStore(redis: Redis, ref: DestinationRef): DestinationStore {
  return { redis: redis instanceof ClusterConnection ? redis.nodeOf(inboxKey(ref)) : redis, ref }
}
