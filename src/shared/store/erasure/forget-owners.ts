import type { Redis } from '../../redis/connection.ts'
import { callbackKey, recordKey, type Place } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** Whose a callback's ContactRequests are says its id: takes that away. */
export async function forgetOwners(redis: Redis, place: Place, id: string): Promise<void> {
  const [recordId, others] = await redis.hmget(callbackKey(place, id), 'recordId', 'otherRecordIds')
  const recordIds = [recordId ?? '', ...(others ?? '').split(' ')].filter((each) => each !== '')
  if (recordIds.length === 0) return
  const keys = recordIds.map((each) => recordKey(place, each))
  await takeStep('erase.records', { destination: place.destination, id }, () => redis.del(keys))
}
