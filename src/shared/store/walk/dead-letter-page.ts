import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey } from '../../redis/keys.ts'
import type { PageRequest } from './key-page.ts'

/** Ids in the index of dead letters, and where the next page begins. An id may come twice. */
export async function readDeadLetterPage(
  { redis, ref }: DestinationStore,
  { cursor, pageSize }: PageRequest,
): Promise<{ next: string; ids: string[] }> {
  const [next, members] = await redis.zscan(deadLettersKey(ref), cursor, 'COUNT', pageSize)
  // Ids and scores in turn.
  return { next, ids: members.filter((_, index) => index % 2 === 0) }
}
