import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { doorKey, inboxKey } from '../../src/shared/redis/keys.ts'

/** What a producer in any language does: an XADD, of text or of bytes. Gives the entry's id. */
export async function xadd(
  { redis, ref }: DestinationStore,
  intent: string | Buffer | object,
): Promise<string> {
  return (await redis.xadd(inboxKey(ref), '*', 'intent', contentOf(intent))) ?? ''
}

/** What a producer does who is not trusted with the inbox. */
export async function rpush(
  { redis, ref }: DestinationStore,
  ...intents: readonly (string | Buffer | object)[]
): Promise<void> {
  await redis.rpush(doorKey(ref), ...intents.map(contentOf))
}

function contentOf(intent: string | Buffer | object): string | Buffer {
  return typeof intent === 'string' || Buffer.isBuffer(intent) ? intent : JSON.stringify(intent)
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
