import type { Redis } from '../../redis/connection.ts'
import { callPlaceKey, numberPlaceKey, type DestinationRef } from '../../redis/keys.ts'
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
  redis: Redis,
  ref: DestinationRef,
  { key, page }: { key: NumberKey; page: IdPage },
): Promise<string[]> {
  const { clue, from, count } = page
  const { bucket, score } = placeIn(ref, key, clue)
  const at = String(score)
  const limit = ['LIMIT', from, count] as const
  const members = await redis.zrangeBuffer(bucket, at, at, 'BYSCORE', 'REV', ...limit)
  // Before the id stand four bytes of time (places.lua).
  return members.map((member) => unpackId(member.subarray(4)))
}

function placeIn(ref: DestinationRef, key: NumberKey, clue: Clue): Place {
  if (clue.kind === 'call') {
    const { bucket, score } = placeOfCall(key, clue.callId)
    return { bucket: callPlaceKey(ref, bucket), score }
  }
  const { bucket, score } = placeOfNumber(key, clue.callbackNumber)
  return { bucket: numberPlaceKey(ref, bucket), score }
}
