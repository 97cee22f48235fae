import type { DestinationStore } from '../../redis/destination-store.ts'
import { retryingKey } from '../../redis/keys.ts'

/** Callbacks that wait for another attempt. */
export interface Retrying {
  /** By the code of the last one; the most frequent first. */
  byCode: Record<string, number>
  /** How many of them Salesforce is asked about first. */
  verifying: number
}

/** As retrying.lua counts them. */
const verifyingField = ':verifying'

export async function readRetrying({ redis, ref }: DestinationStore): Promise<Retrying> {
  const { [verifyingField]: verifying, ...counts } = await redis.hgetall(retryingKey(ref))
  const positive = Object.entries(counts)
    .map(([code, count]) => [code, Number(count)] as const)
    .filter(([, count]) => count > 0)
  return {
    byCode: Object.fromEntries(positive.toSorted(([, one], [, other]) => other - one)),
    verifying: Math.max(0, Number(verifying ?? 0)),
  }
}
