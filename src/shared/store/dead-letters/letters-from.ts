import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey } from '../../redis/keys.ts'

/** Where a page begins: after so many of those that died in that millisecond. */
export interface LetterPosition {
  diedAtMs: number
  skip: number
}

export interface DiedLetter {
  id: string
  diedAtMs: number
}

/**
 * A page of dead letters by time of death, and where the next one begins. Of those that died in one millisecond, one that leaves
 * meanwhile may hide another at the border of two pages.
 */
export async function readLettersFrom(
  { redis, ref }: DestinationStore,
  { position, untilMs, count }: { position: LetterPosition; untilMs: number; count: number },
): Promise<{ letters: DiedLetter[]; next: LetterPosition }> {
  const { diedAtMs, skip } = position
  const most = Number.isFinite(untilMs) ? `(${untilMs}` : '+inf'
  const found = await redis.zrange(
    deadLettersKey(ref),
    diedAtMs,
    most,
    'BYSCORE',
    'LIMIT',
    skip,
    count,
    'WITHSCORES',
  )
  const letters = found.flatMap((id, index) =>
    index % 2 === 0 ? [{ id, diedAtMs: Number(found[index + 1]) }] : [],
  )
  const last = letters.at(-1)?.diedAtMs ?? diedAtMs
  const ofLast = letters.filter((letter) => letter.diedAtMs === last).length
  return { letters, next: { diedAtMs: last, skip: last === diedAtMs ? skip + ofLast : ofLast } }
}
