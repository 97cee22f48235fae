import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { decodeStoredIntent } from './stored-intent.ts'

/** A callback's number as the ledger has it. */
export interface StoredNumber {
  /** E.164, or sealed. */
  callbackNumber: string
  /** What stands for it where it is sealed. */
  numberPrint: string | undefined
}

/** Undefined where there is no callback of this id. */
export async function readStoredNumber(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<StoredNumber | undefined> {
  const [intent, numberPrint] = await redis.hmget(callbackKey(ref, id), 'intent', 'numberPrint')
  if (!intent) return undefined
  const { callbackNumber } = decodeStoredIntent(intent)
  return { callbackNumber, numberPrint: numberPrint ?? undefined }
}
