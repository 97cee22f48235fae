import { deadReasons } from '../../contract/states.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { letterReasonsKey } from '../../redis/keys.ts'

/** How many dead letters there are of each reason. Costs the same however many there are. */
export async function countLettersByReason({
  redis,
  ref,
}: DestinationStore): Promise<Record<string, number>> {
  const key = letterReasonsKey(ref)
  // As letters.lua numbers them.
  const counted = deadReasons.map(
    async (reason, index) => [reason, await redis.zcount(key, index + 1, index + 1)] as const,
  )
  return Object.fromEntries(await Promise.all(counted))
}
