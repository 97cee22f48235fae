import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'

/** As the ledger holds them; undefined where it does not. */
export interface StoredPromise {
  intent: string | undefined
  acceptedAt: string | undefined
}

export async function readStoredPromise(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<StoredPromise> {
  const [intent, acceptedAt] = await redis.hmget(callbackKey(ref, id), 'intent', 'acceptedAt')
  return { intent: intent ?? undefined, acceptedAt: acceptedAt ?? undefined }
}
