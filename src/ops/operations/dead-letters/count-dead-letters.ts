import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { hourOf, increment } from '../runs/count-selection.ts'
import type { FilterRequest } from '../runs/run-request.ts'
import { lettersThatMatch } from './letters-that-match.ts'

export const countables = ['reason', 'code', 'hour'] as const

export type Countable = (typeof countables)[number]

export interface CountRequest {
  destination?: string | undefined
  filter: FilterRequest
  by: Countable
}

/** Dead letters by what they have in common: by hour in their order, else the most frequent first. */
export interface DeadLetterCounts {
  destination: string
  by: Countable
  total: number
  counts: { value: string; deadLetters: number }[]
}

export function countByKind(
  config: StoreConfig,
  { destination, filter, by }: CountRequest,
): Promise<DeadLetterCounts> {
  return withPartitions(config, destination, async (stores) => {
    const counted: Record<string, number> = {}
    let total = 0
    for (const store of stores) {
      for await (const candidate of lettersThatMatch(store, filter, config.numberKey)) {
        increment(counted, valueOf(candidate, by))
        total += 1
      }
    }
    const counts = Object.entries(counted).map(([value, deadLetters]) => ({ value, deadLetters }))
    const sorted = counts.toSorted((one, other) =>
      by === 'hour' ? one.value.localeCompare(other.value) : other.deadLetters - one.deadLetters,
    )
    return { destination: stores[0].ref.destination, by, total, counts: sorted }
  })
}

function valueOf({ reason = '', code, endedAtMs }: Candidate, by: Countable): string {
  if (by === 'hour') return hourOf(endedAtMs)
  return by === 'reason' ? reason : code
}
