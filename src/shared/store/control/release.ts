import type { DestinationStore } from '../../redis/destination-store.ts'
import { inFlightKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** The attempt of this claim is over, or comes to nothing: another may begin in its place. */
export async function release({ redis, ref }: DestinationStore, claim: string): Promise<void> {
  await takeStep('release', ref, () => redis.zrem(inFlightKey(ref), claim))
}
