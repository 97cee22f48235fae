import type { Redis } from '../../redis/connection.ts'
import { inFlightKey, type DestinationRef } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** The attempt of this claim is over, or comes to nothing: another may begin in its place. */
export async function release(redis: Redis, ref: DestinationRef, claim: string): Promise<void> {
  await takeStep('release', ref, () => redis.zrem(inFlightKey(ref), claim))
}
