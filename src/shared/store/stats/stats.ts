import { countDeadLetters } from '../dead-letters/dead-letters.ts'
import { deadReasons, type DeadReason } from '../../contract/states.ts'
import { inboxDepth } from '../inbox/inbox.ts'
import { doorDepth } from '../inbox/read-door.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { statsKey } from '../../redis/keys.ts'
import { sameNumberRanges, type SameNumberRange } from '../../contract/same-number-ranges.ts'

/** What a destination has come to since its first callback, and what waits for somebody now. Counts. */
export interface Stats {
  destination: string
  /** Inbox entries not yet taken in. */
  inbox: number
  /** Put there by producers who may not write to the inbox, into which a worker moves it. */
  door: number
  /** Dead letters that nobody has decided about. */
  deadLetters: number
  /** Ends, counted each time: a redriven callback may have several. */
  booked: number
  dead: Record<DeadReason, number>
  /** Callbacks that were marked: they may have been booked more than once. */
  possibleDuplicates: number
  /** Bookings beyond the first of a callback, as Salesforce's answers named them. */
  doubleBookings: number
  /** Callbacks accepted for a number that had others within two hours before, by which one it was. */
  sameNumber: Record<SameNumberRange, number>
  uncertain: UncertainStats
}

/** Attempts of which nobody knew whether they were booked, by what followed. */
export interface UncertainStats {
  /** Sent again, and marked. */
  retried: number
  /** The budget was spent: dead, and marked. */
  ended: number
  /** A dead letter until somebody resolves it. */
  held: number
  /** Salesforce is, or was, asked. */
  verifying: number
  verifiedBooked: number
  verifiedNotBooked: number
  resolvedBooked: number
  resolvedNotBooked: number
}

export async function readStats(store: DestinationStore): Promise<Stats> {
  const { redis, ref } = store
  const [counts, inbox, door, deadLetters] = await Promise.all([
    redis.hgetall(statsKey(ref)),
    inboxDepth(store),
    doorDepth(store),
    countDeadLetters(store),
  ])
  const count = (name: string) => Number(counts[name] ?? 0)
  return {
    destination: ref.destination,
    inbox,
    door,
    deadLetters,
    booked: count('booked'),
    dead: forEach(deadReasons, (reason) => count(`dead:${reason}`)),
    possibleDuplicates: count('possible-duplicates'),
    doubleBookings: count('double-bookings'),
    sameNumber: forEach(sameNumberRanges, (nth) => count(`same-number:${nth}`)),
    uncertain: {
      retried: count('uncertain:retried'),
      ended: count('uncertain:ended'),
      held: count('uncertain:held'),
      verifying: count('uncertain:verifying'),
      verifiedBooked: count('uncertain:verified-booked'),
      verifiedNotBooked: count('uncertain:verified-not-booked'),
      resolvedBooked: count('uncertain:resolved-booked'),
      resolvedNotBooked: count('uncertain:resolved-not-booked'),
    },
  }
}

/** TypeScript does not see that every word of the list has its count. */
function forEach<Word extends string>(words: readonly Word[], count: (word: Word) => number) {
  return Object.fromEntries(words.map((word) => [word, count(word)])) as Record<Word, number>
}
