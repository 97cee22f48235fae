import type { DestinationStore } from '../../redis/destination-store.ts'
import { resultsKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** False: somebody else has taken it away. */
export async function eraseResult(
  { redis, ref }: DestinationStore,
  entryId: string,
): Promise<boolean> {
  const key = resultsKey(ref)
  const { destination } = ref
  return (await takeStep('erase.result', { destination }, () => redis.xdel(key, entryId))) === 1
}
