import { deadReasons, isEnd, type DeadReason } from '../../src/shared/contract/states.ts'
import type { CallbackRecord } from '../../src/shared/ledger/callback-record.ts'

/** What the ledger says about one callback, as far as it is judged. Its call's id is its own. */
export type Entry = Pick<
  CallbackRecord,
  'id' | 'state' | 'reason' | 'recordId' | 'otherRecordIds' | 'possibleDuplicate'
>

/** One ContactRequest that Salesforce has. */
export interface BookingFact {
  recordId: string
  callId: string
  callbackNumber: string
}

export interface Evidence {
  /** Ids of which a producer was told that they are safe. */
  accepted: readonly string[]
  /** By id. */
  ledger: ReadonlyMap<string, Entry>
  bookings: readonly BookingFact[]
}

export interface Reckoning {
  accepted: number
  booked: number
  dead: Record<DeadReason, number>
  cancelled: number
  /** Callbacks that carry the mark. */
  possibleDuplicates: number
  /** Callbacks that Salesforce has more than once. */
  duplicates: number
  /** Two callbacks of one customer, each booked once, of which the search took one's booking for the other's. */
  takenForEachOther: number
  /** Accepted, and without an end. Ids, as in all that follow: each is a broken promise. */
  lost: string[]
  /** Salesforce has them more than once, and the ledger does not say that it may. */
  unmarkedDuplicates: string[]
  /** Booked by a ContactRequest that Salesforce does not have, or has for another customer. */
  bookedByNothing: string[]
  /** Salesforce has them, and the ledger says that they died of something else than the doubt. */
  bookedInSilence: string[]
}

/** Pure: what was promised, what the ledger says and what Salesforce has, held against each other. */
export function reckon({ accepted, ledger, bookings }: Evidence): Reckoning {
  const entries = [...ledger.values()]
  const ofAccepted = accepted.flatMap((id) => ledger.get(id) ?? [])
  const claims = claimsOf(entries)
  const byCall = byCallOf(bookings)
  const own = (id: string) =>
    (byCall.get(id) ?? []).filter(({ recordId }) => (claims.get(recordId) ?? id) === id)
  const all = (id: string) => byCall.get(id) ?? []
  const twice = [...byCall.keys()].filter((id) => all(id).length > 1)
  return {
    accepted: accepted.length,
    booked: ofAccepted.filter(({ state }) => state === 'booked').length,
    dead: deadByReason(ofAccepted),
    cancelled: ofAccepted.filter(({ state }) => state === 'cancelled').length,
    possibleDuplicates: entries.filter(({ possibleDuplicate }) => possibleDuplicate).length,
    duplicates: twice.length,
    takenForEachOther: [...byCall.keys()].filter((id) => own(id).length < all(id).length).length,
    lost: accepted.filter((id) => !hasEnded(ledger.get(id))),
    unmarkedDuplicates: twice.filter((id) => !accountsFor(ledger.get(id), own(id).length)),
    bookedByNothing: entries.filter(isBookedByNothing(bookings)).map(({ id }) => id),
    bookedInSilence: entries
      .filter((entry) => diedOfSomethingElse(entry) && own(entry.id).length > 0)
      .map(({ id }) => id),
  }
}

export function keepsItsPromises(reckoning: Reckoning): boolean {
  const { lost, unmarkedDuplicates, bookedByNothing, bookedInSilence } = reckoning
  return [lost, unmarkedDuplicates, bookedByNothing, bookedInSilence].every(
    ({ length }) => length === 0,
  )
}

function byCallOf(bookings: readonly BookingFact[]): Map<string, BookingFact[]> {
  const byCall = new Map<string, BookingFact[]>()
  for (const booking of bookings) {
    const others = byCall.get(booking.callId) ?? []
    byCall.set(booking.callId, [...others, booking])
  }
  return byCall
}

/** Record id → the callback that names it. */
function claimsOf(entries: readonly Entry[]): Map<string, string> {
  return new Map(
    entries.flatMap(({ id, recordId, otherRecordIds }) =>
      [...(recordId === undefined ? [] : [recordId]), ...otherRecordIds].map(
        (claimed) => [claimed, id] as const,
      ),
    ),
  )
}

function deadByReason(entries: readonly Entry[]): Record<DeadReason, number> {
  const count = (reason: DeadReason) =>
    entries.filter((entry) => entry.state === 'dead' && entry.reason === reason).length
  return Object.fromEntries(deadReasons.map((reason) => [reason, count(reason)])) as Record<
    DeadReason,
    number
  >
}

function hasEnded(entry: Entry | undefined): boolean {
  return entry !== undefined && isEnd(entry.state)
}

function accountsFor(entry: Entry | undefined, bookings: number): boolean {
  if (bookings < 2) return true
  return entry?.possibleDuplicate === true || (entry?.otherRecordIds.length ?? 0) >= bookings - 1
}

function diedOfSomethingElse({ state, reason, possibleDuplicate }: Entry): boolean {
  return state === 'dead' && reason !== 'uncertain' && !possibleDuplicate
}

function isBookedByNothing(bookings: readonly BookingFact[]): (entry: Entry) => boolean {
  const byRecord = new Map(bookings.map((booking) => [booking.recordId, booking]))
  const numbers = new Map(bookings.map(({ callId, callbackNumber }) => [callId, callbackNumber]))
  return ({ id, state, recordId }) => {
    if (state !== 'booked') return false
    const booking = recordId === undefined ? undefined : byRecord.get(recordId)
    if (booking === undefined) return true
    const number = numbers.get(id)
    return booking.callId !== id && number !== undefined && number !== booking.callbackNumber
  }
}
