import type { Intent } from '../../src/shared/contract/intent.ts'
import { deadReasons, isEnd, type DeadReason } from '../../src/shared/contract/states.ts'
import type { CallbackStatus } from '../../src/shared/store/ledger/callback-record.ts'
import type { Result } from '../../src/shared/store/results/results.ts'
import { epochMsOf } from '../../src/shared/time/timestamp.ts'
import { destinations, type DestinationName } from './destinations.ts'

/** What the ledger says about one callback, as far as it is judged. Its call's id is its own. */
export type Entry = Pick<
  CallbackStatus,
  | 'id'
  | 'generation'
  | 'acceptedAt'
  | 'state'
  | 'reason'
  | 'recordId'
  | 'otherRecordIds'
  | 'possibleDuplicate'
  | 'verified'
> & { intent: Pick<Intent, 'callbackNumber'> | undefined }

/** One ContactRequest that Salesforce has. */
export interface BookingFact {
  recordId: string
  callId: string
  callbackNumber: string
}

/** One end as the results stream has it. */
export type PublishedEnd = Pick<
  Result,
  'id' | 'submittedId' | 'state' | 'recordId' | 'reason' | 'possibleDuplicate'
>

export interface Evidence {
  /** Ids of what producers submitted again and again until it was answered. */
  toBeAccepted: readonly string[]
  /** Ids of everything producers submitted, answered or not. */
  known: ReadonlySet<string>
  /** Id → when somebody discarded its dead letter, epoch ms. */
  discarded: ReadonlyMap<string, number>
  /** Id → destination, of what a producer was told is accepted. */
  accepted: ReadonlyMap<string, DestinationName>
  /** By id. */
  ledger: ReadonlyMap<string, Entry>
  bookings: readonly BookingFact[]
  /** In their order. */
  results: readonly PublishedEnd[]
}

/** What became of the callbacks of one destination. */
export interface Tally {
  accepted: number
  booked: number
  dead: Record<DeadReason, number>
  cancelled: number
  /** Callbacks that carry the mark. */
  possibleDuplicates: number
  /** Callbacks that Salesforce has more than once. */
  duplicates: number
}

/** Ids of callbacks for which a promise was broken, by the promise. */
export interface Violations {
  /** Accepted, and without an end. */
  lost: string[]
  /** Salesforce has them more than once, and the ledger does not say that it may. */
  unmarkedDuplicates: string[]
  /** Salesforce has them more than once, the policy is to hold, and nobody had decided to send them again. */
  sentUndecided: string[]
  /** The ledger names a ContactRequest that Salesforce does not have, or has for another customer. */
  bookedByNothing: string[]
  /** Salesforce has them, and the ledger says that they were cancelled, or died for another reason than `uncertain`. */
  bookedInSilence: string[]
  /** The results lack their end, or their mark, as the ledger has it. */
  unpublished: string[]
  /** It was submitted and not accepted. */
  notAccepted: string[]
  /** The results have an end under an id that no producer knows. */
  underAnotherId: string[]
  /** Somebody had discarded its dead letter, nobody submitted it again since, and it did not stay dead. */
  sentAfterDiscard: string[]
}

export interface Audit {
  tallies: Record<DestinationName, Tally>
  /** Two callbacks of one customer, each booked once, where the search took one's booking for the other's. */
  mixedUp: number
  violations: Violations
}

/** Pure: compares what was submitted, what the ledger says, what was published and what Salesforce has. */
export function auditRun(evidence: Evidence): Audit {
  const { toBeAccepted, known, discarded, accepted, ledger, bookings, results } = evidence
  const entries = [...ledger.values()]
  const ids = [...accepted.keys()]
  const claims = claimsOf(entries)
  const byCall = grouped(bookings, ({ callId }) => callId)
  const published = grouped(results, ({ id }) => id)
  const all = (id: string) => byCall.get(id) ?? []
  const own = (id: string) => all(id).filter(({ recordId }) => (claims.get(recordId) ?? id) === id)
  const twice = [...byCall.keys()].filter((id) => all(id).length > 1)
  const tallyOf = (destination: DestinationName): Tally => {
    const ofDestination = ids.filter((id) => accepted.get(id) === destination)
    return tally(ofDestination, ledger, new Set(twice))
  }
  const violations: Violations = {
    lost: ids.filter((id) => !hasEnded(ledger.get(id))),
    unmarkedDuplicates: twice.filter((id) => !accountsFor(ledger.get(id), own(id).length)),
    sentUndecided: twice.filter(
      (id) => accepted.get(id) === 'hold' && ledger.get(id)?.generation === 1 && own(id).length > 1,
    ),
    bookedByNothing: entries.filter(isBookedByNothing(bookings)).map(({ id }) => id),
    bookedInSilence: entries
      .filter((entry) => isOverAndNotBooked(entry) && own(entry.id).length > 0)
      .map(({ id }) => id),
    unpublished: entries
      .filter((entry) => isEnd(entry.state) && !isPublished(entry, published.get(entry.id) ?? []))
      .map(({ id }) => id),
    notAccepted: toBeAccepted.filter((id) => !accepted.has(id)),
    underAnotherId: results.filter(isUnknownTo(known)).map(({ id }) => id),
    sentAfterDiscard: [...discarded]
      .filter(([id, discardedMs]) => !staysDiscarded(ledger.get(id), discardedMs))
      .map(([id]) => id),
  }
  return {
    tallies: byDestination(tallyOf),
    mixedUp: [...byCall.keys()].filter((id) => own(id).length < all(id).length).length,
    violations,
  }
}

export function hasNoViolations({ violations }: Audit): boolean {
  return Object.values<string[]>({ ...violations }).every(({ length }) => length === 0)
}

function byDestination<Value>(
  of: (destination: DestinationName) => Value,
): Record<DestinationName, Value> {
  const values = destinations.map((destination) => [destination, of(destination)] as const)
  return Object.fromEntries(values) as Record<DestinationName, Value>
}

function tally(
  ids: readonly string[],
  ledger: ReadonlyMap<string, Entry>,
  twice: ReadonlySet<string>,
): Tally {
  const entries = ids.flatMap((id) => ledger.get(id) ?? [])
  const dead = (reason: DeadReason) =>
    entries.filter((entry) => entry.state === 'dead' && entry.reason === reason).length
  return {
    accepted: ids.length,
    booked: entries.filter(({ state }) => state === 'booked').length,
    dead: Object.fromEntries(deadReasons.map((reason) => [reason, dead(reason)])) as Tally['dead'],
    cancelled: entries.filter(({ state }) => state === 'cancelled').length,
    possibleDuplicates: entries.filter(({ possibleDuplicate }) => possibleDuplicate).length,
    duplicates: ids.filter((id) => twice.has(id)).length,
  }
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
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

function hasEnded(entry: Entry | undefined): boolean {
  return entry !== undefined && isEnd(entry.state)
}

function accountsFor(entry: Entry | undefined, bookings: number): boolean {
  if (bookings < 2) return true
  return entry?.possibleDuplicate === true || (entry?.otherRecordIds.length ?? 0) >= bookings - 1
}

function isOverAndNotBooked({ state, reason, possibleDuplicate }: Entry): boolean {
  const isOver = state === 'cancelled' || (state === 'dead' && reason !== 'uncertain')
  return isOver && !possibleDuplicate
}

/** What is wrong and comes twice, for want of an answer, lies under an id of its own the second time, and names the one given. */
function isUnknownTo(known: ReadonlySet<string>): (published: PublishedEnd) => boolean {
  return ({ id, submittedId }) => !known.has(id) && !known.has(submittedId ?? id)
}

/** A discarded letter does not hold its id: what a producer submits after that is a new promise. */
function staysDiscarded(entry: Entry | undefined, discardedMs: number): boolean {
  if (entry === undefined) return false
  return entry.state === 'dead' || epochMsOf(entry.acceptedAt) > discardedMs
}

/** Only a search may take another callback's ContactRequest for this one's, and only if the customer is the same. */
function isBookedByNothing(bookings: readonly BookingFact[]): (entry: Entry) => boolean {
  const byRecord = new Map(bookings.map((booking) => [booking.recordId, booking]))
  return ({ id, state, recordId, otherRecordIds, verified, intent }) => {
    const isForAnother = (name: string) => byRecord.get(name)?.callId !== id
    if (otherRecordIds.some(isForAnother)) return true
    if (state !== 'booked') return false
    if (recordId === undefined) return true
    if (!isForAnother(recordId)) return false
    return !verified || byRecord.get(recordId)?.callbackNumber !== intent?.callbackNumber
  }
}

/** A second booking is published as such, and does not change the end. */
function isPublished(entry: Entry, published: readonly PublishedEnd[]): boolean {
  const { state, reason, recordId, otherRecordIds, possibleDuplicate } = entry
  const isOther = (id: string | undefined) => id !== undefined && otherRecordIds.includes(id)
  const end = published.findLast((each) => !isOther(each.recordId))
  if (end?.state !== state || published.at(-1)?.possibleDuplicate !== possibleDuplicate)
    return false
  return end.recordId === recordId && end.reason === reason
}
