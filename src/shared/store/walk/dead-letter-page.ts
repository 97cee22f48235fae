import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey, letterReasonsKey } from '../../redis/keys.ts'
import { walkEnd, type PageRequest } from './key-page.ts'

/** Before a place in the index by reason, which is walked after that by time. */
const byReason = 'by-reason:'

/** Ids in the two indexes of dead letters, and where the next page begins. An id may come more than once. */
export async function readDeadLetterPage(
  { redis, ref }: DestinationStore,
  { cursor, pageSize }: PageRequest,
): Promise<{ next: string; ids: string[] }> {
  const isByReason = cursor.startsWith(byReason)
  const [key, from] = isByReason
    ? [letterReasonsKey(ref), cursor.slice(byReason.length)]
    : [deadLettersKey(ref), cursor]
  const [next, members] = await redis.zscan(key, from, 'COUNT', pageSize)
  // Ids and scores in turn.
  const ids = members.filter((_, index) => index % 2 === 0)
  if (isByReason) return { next: next === walkEnd ? walkEnd : `${byReason}${next}`, ids }
  return { next: next === walkEnd ? `${byReason}${walkEnd}` : next, ids }
}
