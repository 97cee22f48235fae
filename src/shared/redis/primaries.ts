import { ClusterConnection } from './cluster-connection.ts'
import type { Redis } from './connection.ts'

/** Whether all keys lie on one server, so that one script may look at those of several destinations. */
export function isOneServer(redis: Redis): boolean {
  return !(redis instanceof ClusterConnection)
}

/** A connection to each server that holds a part: of a cluster several, else the one there is. In the same order each time. */
export async function primariesOf(redis: Redis): Promise<Redis[]> {
  return redis instanceof ClusterConnection ? redis.primaries() : [redis]
}
