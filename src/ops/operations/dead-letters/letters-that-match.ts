import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import { choose } from '../../../shared/store/runs/select.ts'
import { candidatesOf } from '../runs/count-selection.ts'
import { runFilterOf, type FilterRequest } from '../runs/run-request.ts'

/** Dead letters, oldest first. `possibleDuplicates`: only those that may be booked. */
export async function* lettersThatMatch(
  store: DestinationStore,
  request: FilterRequest,
): AsyncGenerator<Candidate> {
  const filter = runFilterOf(request)
  const selection = { kind: 'discard', filter, runId: undefined, nowMs: 0 } as const
  for await (const candidate of candidatesOf(store, { ...selection, upToMs: Infinity })) {
    if (choose(candidate, selection) !== 'taken') continue
    if (request.possibleDuplicates && !mayBeBooked(candidate)) continue
    yield candidate
  }
}

function mayBeBooked({ possibleDuplicate, reason }: Candidate): boolean {
  return possibleDuplicate || reason === 'uncertain'
}
