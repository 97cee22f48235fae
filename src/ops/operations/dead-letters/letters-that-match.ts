import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import { numberKeyOf } from '../../../shared/store/ledger/places.ts'
import type { RunFilter } from '../../../shared/store/runs/run-filter.ts'
import { choose } from '../../../shared/store/runs/select.ts'
import { candidatesOf } from '../runs/count-selection.ts'
import { runFilterOf, type FilterRequest } from '../runs/run-request.ts'

/** Dead letters, oldest first. `possibleDuplicates`: only those that may be booked. `numberKey`: RINGBACK_NUMBER_KEY. */
export async function* lettersThatMatch(
  store: DestinationStore,
  request: FilterRequest,
  numberKey?: string,
): AsyncGenerator<Candidate> {
  const filter = runFilterOf(request, numberKey)
  const isWanted = letterFilter(request, filter, numberKey)
  for await (const candidate of candidatesOf(store, {
    kind: 'discard',
    filter,
    upToMs: Infinity,
  })) {
    if (isWanted(candidate)) yield candidate
  }
}

/** Whether a dead letter is one that somebody means. `filter`: of that request. `secret`: the number key. */
export function letterFilter(
  { possibleDuplicates }: FilterRequest,
  filter: RunFilter,
  secret?: string,
): (candidate: Candidate) => boolean {
  const numberKey = secret === undefined ? undefined : numberKeyOf(secret)
  const selection = { kind: 'discard', filter, runId: undefined, nowMs: 0, numberKey } as const
  return (candidate) =>
    choose(candidate, selection) === 'taken' && (!possibleDuplicates || mayBeBooked(candidate))
}

function mayBeBooked({ possibleDuplicate, reason }: Candidate): boolean {
  return possibleDuplicate || reason === 'uncertain'
}
