import { unownedRecords } from '../../shared/store/ledger/record-owners.ts'
import { decodeStoredIntent } from '../../shared/store/ledger/stored-intent.ts'
import type { Candidate } from '../../shared/store/runs/candidate.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { epochMsOf } from '../../shared/time/timestamp.ts'
import type { Verification } from '../attempt/context.ts'

export interface Asking {
  store: DestinationStore
  verification: Verification
  signal: AbortSignal
}

/** What Salesforce says of callbacks that are to be sent again. */
export type Asked =
  | { kind: 'answered'; gone: Candidate[]; stillBooked: number; unclear: number }
  /** It cannot be asked now. */
  | { kind: 'later' }
  /** Asking again would not help. */
  | { kind: 'never'; message: string }

type Existence =
  | { kind: 'gone' }
  | { kind: 'still-booked' }
  | { kind: 'unclear' }
  | { kind: 'later' }
  | { kind: 'never'; message: string }

/** One after the other, so that a run takes no more of Salesforce than one attempt does. */
export async function stillGone(candidates: readonly Candidate[], asking: Asking): Promise<Asked> {
  const gone: Candidate[] = []
  let [stillBooked, unclear] = [0, 0]
  for (const candidate of candidates) {
    const found = await look(candidate, asking)
    if (found.kind === 'later' || found.kind === 'never') return found
    if (found.kind === 'gone') gone.push(candidate)
    if (found.kind === 'still-booked') stillBooked += 1
    if (found.kind === 'unclear') unclear += 1
  }
  return { kind: 'answered', gone, stillBooked, unclear }
}

async function look(
  { id, generation, intent: json, acceptedAt, recordIds: ours }: Candidate,
  { store, verification, signal }: Asking,
): Promise<Existence> {
  // It never was an intent: nothing was ever sent for it.
  if (json === undefined) return { kind: 'gone' }
  const { callId, callbackNumber } = decodeStoredIntent(json)
  const sinceMs = epochMsOf(acceptedAt) - verification.marginMs
  const about = { destination: store.ref.destination, id, generation }
  const search = await verification.search({ callId, callbackNumber, sinceMs }, { signal, about })
  if (search.kind === 'unavailable') return { kind: 'later' }
  if (search.kind === 'failed') return { kind: 'never', message: search.message }
  const { recordIds, complete } = search
  if (ours.some((each) => recordIds.includes(each))) return { kind: 'still-booked' }
  // Of one that is known by no ContactRequest, whatever nobody else is known by may be its own.
  const mayBeIts = ours.length === 0 ? await unownedRecords(store, recordIds) : []
  return complete && mayBeIts.length === 0 ? { kind: 'gone' } : { kind: 'unclear' }
}
