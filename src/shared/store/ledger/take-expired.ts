import { expiries } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey, expiriesKey } from '../../redis/keys.ts'
import { asList, asText, inGroupsOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

/** A callback whose time is over, and that nobody is busy with. */
export interface Expired {
  id: string
  generation: number
  /** Canonical JSON. */
  intent: string
}

export interface TakeExpiredInput {
  ids: readonly string[]
  /** ISO. */
  now: string
  /** When what stays in the index is looked at again. */
  againAtMs: number
}

/** The ids that somebody is to look at now, the longest due first; at most `count`. */
export function readExpiries(
  { redis, ref }: DestinationStore,
  { nowMs, count }: { nowMs: number; count: number },
): Promise<string[]> {
  return redis.zrange(expiriesKey(ref), '-inf', String(nowMs), 'BYSCORE', 'LIMIT', 0, count)
}

export const takeExpired = defineScript<TakeExpiredInput, Expired[]>({
  name: 'take-expired',
  beside: import.meta.url,
  keys: {
    expiries,
    callbacks: (ref, { ids }) => ids.map((id) => callbackKey(ref, id)),
  },
  args: ['now', 'againAtMs', 'ids'],
  decode: (reply) =>
    inGroupsOf(3, asList(reply)).map(([id, generation, intent]) => ({
      id: asText(id),
      generation: Number(generation),
      intent: asText(intent),
    })),
})
