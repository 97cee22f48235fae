import type { DestinationStore } from '../../redis/destination-store.ts'
import { callPlaceKey, numberPlaceKey } from '../../redis/keys.ts'
import {
  placeOfCall,
  placeOfNumber,
  unpackId,
  type NumberKey,
  type Place,
} from '../ledger/places.ts'

/** What is known of a callback that is looked for. */
export type Clue =
  /** In its canonical form. */
  | { kind: 'call'; callId: string }
  /** E.164. */
  | { kind: 'number'; callbackNumber: string }

export interface IdPage {
  clue: Clue
  from: number
  count: number
}

/**
 * Ids of callbacks that were placed under it, newest first. Some may be forgotten, or of another call or number that shares
 * the place, or come twice: look at each.
 */
export async function findIds(
  { redis, ref }: DestinationStore,
  { key, page }: { key: NumberKey; page: IdPage },
): Promise<string[]> {
  const { clue, from, count } = page
  const { bucket, score } = placeOfClue(key, clue)
  const at = String(score)
  const part = ['BYSCORE', 'REV', 'LIMIT', from, count] as const
  const members =
    clue.kind === 'call'
      ? await redis.zrangeBuffer(callPlaceKey(ref, bucket), at, at, ...part)
      : await redis.zrangeBuffer(numberPlaceKey(ref, bucket), at, at, ...part)
  // Before the id stand four bytes of time (places.lua).
  return members.map((member) => unpackId(member.subarray(4)))
}

function placeOfClue(key: NumberKey, clue: Clue): Place {
  return clue.kind === 'call'
    ? placeOfCall(key, clue.callId)
    : placeOfNumber(key, clue.callbackNumber)
}
