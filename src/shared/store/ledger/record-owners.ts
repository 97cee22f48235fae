import type { Redis } from '../../redis/connection.ts'
import { recordKey, type Place } from '../../redis/keys.ts'

/** Of these ContactRequests those that no callback of ours is known by. */
export async function unownedRecords(
  redis: Redis,
  place: Place,
  recordIds: readonly string[],
): Promise<string[]> {
  if (recordIds.length === 0) return []
  const owners = await redis.mget(recordIds.map((recordId) => recordKey(place, recordId)))
  return recordIds.filter((_, index) => owners[index] === null)
}
