import type { DestinationStore } from '../../redis/destination-store.ts'
import { retryingKey } from '../../redis/keys.ts'

/** How many callbacks wait for another attempt, by the code of the last one; the most frequent first. */
export async function readRetrying({
  redis,
  ref,
}: DestinationStore): Promise<Record<string, number>> {
  const counts = Object.entries(await redis.hgetall(retryingKey(ref)))
  const positive = counts
    .map(([code, count]) => [code, Number(count)] as const)
    .filter(([, count]) => count > 0)
  return Object.fromEntries(positive.toSorted(([, one], [, other]) => other - one))
}
