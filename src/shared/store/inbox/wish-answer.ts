import type { WishAnswer, WishProblem } from '../../contract/wish-answer.ts'
import type { WishKind } from '../../contract/wish.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { inboxKey, wishKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'

/** Whoever waits for an answer reads it at once. */
const keptMs = 3_600_000

/** Puts it into the inbox as any language's client does. Gives the entry's id. */
export async function sayWish(
  { redis, ref }: DestinationStore,
  { kind, json }: { kind: WishKind; json: string },
): Promise<string> {
  const entryId = await takeStep('inbox.add', ref, () => redis.xadd(inboxKey(ref), '*', kind, json))
  return entryId ?? ''
}

/** What became of an entry that wanted something, for whoever has sent it. Repeating it is harmless. */
export async function answerWish(
  { redis, ref }: DestinationStore,
  { entryId, answer }: { entryId: string; answer: readonly WishAnswer[] | WishProblem },
): Promise<void> {
  const key = wishKey(ref, entryId)
  await takeStep('wish.answer', { destination: ref.destination }, () =>
    redis.set(key, JSON.stringify(answer), 'PX', keptMs),
  )
}

/** JSON; null until a worker has answered. */
export function readWishAnswer(
  { redis, ref }: DestinationStore,
  entryId: string,
): Promise<string | null> {
  return redis.get(wishKey(ref, entryId))
}
