import type { DestinationStore } from '../../redis/destination-store.ts'
import { ownerKey } from '../../redis/keys.ts'

/** Of these ContactRequests those that no callback of ours is known by. */
export async function unownedRecords(
  { redis, ref }: DestinationStore,
  recordIds: readonly string[],
): Promise<string[]> {
  if (recordIds.length === 0) return []
  const owners = await redis.mget(recordIds.map((recordId) => ownerKey(ref, recordId)))
  return recordIds.filter((_, index) => owners[index] === null)
}
