import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'

/** W3C trace context that a callback was submitted with, where it has one. */
export async function readSubmissionTrace(
  { redis, ref }: DestinationStore,
  id: string,
): Promise<string | undefined> {
  return (await redis.hget(callbackKey(ref, id), 'traceparent')) ?? undefined
}
