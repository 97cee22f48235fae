import type { Redis } from '../../redis/connection.ts'
import { resultsKey, type DestinationRef } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** False: somebody else has taken it away. */
export async function eraseResult(
  redis: Redis,
  ref: DestinationRef,
  entryId: string,
): Promise<boolean> {
  const key = resultsKey(ref)
  const { destination } = ref
  return (await takeStep('erase.result', { destination }, () => redis.xdel(key, entryId))) === 1
}
