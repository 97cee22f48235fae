import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../src/shared/redis/keys.ts'

/** What a producer in any language does: an XADD, of text or of bytes. Gives the entry's id. */
export async function xadd(
  { redis, ref }: DestinationStore,
  intent: string | Buffer | object,
): Promise<string> {
  const content =
    typeof intent === 'string' || Buffer.isBuffer(intent) ? intent : JSON.stringify(intent)
  return (await redis.xadd(inboxKey(ref), '*', 'intent', content)) ?? ''
}

/** How many entries wait, and how many of them a consumer of the group holds. */
export async function inboxCounts({
  redis,
  ref,
}: DestinationStore): Promise<{ waiting: number; pending: number }> {
  const [waiting, pending] = await Promise.all([
    redis.xlen(inboxKey(ref)),
    redis.xpending(inboxKey(ref), 'bridge'),
  ])
  return { waiting, pending: Number(pending[0]) }
}
