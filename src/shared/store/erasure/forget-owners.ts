import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, ownerKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** Whose a callback's ContactRequests are says its id: takes that away. */
export async function forgetOwners({ redis, ref }: DestinationStore, id: string): Promise<void> {
  const [recordId, others] = await redis.hmget(callbackKey(ref, id), 'recordId', 'otherRecordIds')
  const recordIds = [recordId ?? '', ...(others ?? '').split(' ')].filter((each) => each !== '')
  if (recordIds.length === 0) return
  const keys = recordIds.map((each) => ownerKey(ref, each))
  await takeStep('erase.records', { destination: ref.destination, id }, () => redis.del(keys))
}
