import type { DestinationStore } from '../../redis/destination-store.ts'
import { historyKey } from '../../redis/keys.ts'
import { minutesOf, type Minute } from './minute.ts'

const minuteMs = 60_000

/**
 * The minutes from then on, the oldest first, of the last 24 hours at most; the running one is not among them. In a minute in
 * which no worker lived nothing was written.
 */
export async function readHistory(
  { redis, ref }: DestinationStore,
  { sinceMs }: { sinceMs: number },
): Promise<Minute[]> {
  const before = Math.max(0, Math.ceil(sinceMs / minuteMs) - 1) * minuteMs
  const entries = await redis.xrange(historyKey(ref), before, '+')
  return minutesOf(entries).filter(({ beganMs }) => beganMs >= sinceMs)
}
