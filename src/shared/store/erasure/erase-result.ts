import type { Redis } from '../../redis/connection.ts'
import { resultsKey, type Place } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** False: somebody else has taken it away. */
export async function eraseResult(redis: Redis, place: Place, entryId: string): Promise<boolean> {
  const key = resultsKey(place)
  const { destination } = place
  return (await takeStep('erase.result', { destination }, () => redis.xdel(key, entryId))) === 1
}
