import type { Redis } from '../../redis/connection.ts'
import { callbackKey, ownerKey, type DestinationRef } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** Whose a callback's ContactRequests are says its id: takes that away. */
export async function forgetOwners(redis: Redis, ref: DestinationRef, id: string): Promise<void> {
  const [recordId, others] = await redis.hmget(callbackKey(ref, id), 'recordId', 'otherRecordIds')
  const recordIds = [recordId ?? '', ...(others ?? '').split(' ')].filter((each) => each !== '')
  if (recordIds.length === 0) return
  const keys = recordIds.map((each) => ownerKey(ref, each))
  await takeStep('erase.records', { destination: ref.destination, id }, () => redis.del(keys))
}
