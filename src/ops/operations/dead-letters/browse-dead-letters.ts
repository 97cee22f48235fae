import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import {
  countDeadLetters,
  type DeadLetterSummary,
} from '../../../shared/store/dead-letters/dead-letters.ts'
import {
  joinKinds,
  readLetterKinds,
  type LetterKinds,
} from '../../../shared/store/dead-letters/letter-kinds.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { withPartitions, type Partitions } from '../destination/any-destination.ts'
import { inOrder } from '../destination/in-order.ts'
import { candidatesOf } from '../runs/count-selection.ts'
import { runFilterOf, type FilterRequest } from '../runs/run-request.ts'
import { letterFilter } from './letters-that-match.ts'
import { summaryOf } from './list-dead-letters.ts'

/** What somebody who looks through dead letters sees at a time. */
export interface BrowsedLetters {
  destination: string
  /** Whatever is asked for. */
  total: number
  /** Oldest first. */
  deadLetters: DeadLetterSummary[]
  /** At how many was looked to find them. */
  lookedAt: number
  /** Behind what was looked at; undefined where nothing comes after. */
  next: string | undefined
  /** Of the time that is asked for, whatever else is. */
  kinds: LetterKinds
}

export interface BrowseRequest {
  destination: string | undefined
  /** `possibleDuplicates`: only those that may be booked. */
  filter: FilterRequest
  /** As a page before has said; undefined, or what is no place: from the first on. */
  after: string | undefined
  limit: number
}

/**
 * A search for few among many ends here, for this page: somebody waits for it. It says how far it has looked, and where it goes on.
 * Redis takes 7 µs for each, and for each kind below: together less than 5 ms.
 */
const mostLookedAt = 400
const mostMs = 80
const pageSize = 100

/** So many tell a share to some per cent. */
const mostKindsLookedAt = 200
/** Of each partition, however many there are. */
const leastKindsLookedAt = 50

/** Costs about the same however many dead letters there are. */
export function browseDeadLetters(
  config: StoreConfig,
  request: BrowseRequest,
  clock: Pick<Clock, 'monotonic'>,
): Promise<BrowsedLetters> {
  const { sinceMs, untilMs } = request.filter
  return withPartitions(config, request.destination, async (stores) => {
    const { destination } = stores[0].ref
    const most = Math.max(leastKindsLookedAt, Math.ceil(mostKindsLookedAt / stores.length))
    const [totals, kinds, found] = await Promise.all([
      Promise.all(stores.map(countDeadLetters)),
      Promise.all(stores.map((store) => readLetterKinds(store, { sinceMs, untilMs, most }))),
      look(stores, request, clock),
    ])
    const total = totals.reduce((sum, count) => sum + count, 0)
    return { destination, total, kinds: joinKinds(kinds), ...found }
  })
}

type Looked = Pick<BrowsedLetters, 'deadLetters' | 'lookedAt' | 'next'>

async function look(
  stores: Partitions,
  { filter: asked, after, limit }: BrowseRequest,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Looked> {
  const filter = runFilterOf(asked)
  const isWanted = letterFilter(asked, filter)
  const walked = { kind: 'discard', filter, upToMs: Infinity, cursor: placeIn(after) } as const
  const endMs = clock.monotonic() + mostMs
  const deadLetters: DeadLetterSummary[] = []
  let [lookedAt, last]: [number, Letter | undefined] = [0, undefined]
  for await (const letter of lettersOf(stores, walked)) {
    const isLate = lookedAt >= pageSize && clock.monotonic() >= endMs
    const isEnough = deadLetters.length >= limit || lookedAt >= mostLookedAt || isLate
    if (isEnough && last !== undefined && olderLetterFirst(last, letter) !== 0) {
      return { deadLetters, lookedAt, next: last.candidate.position }
    }
    last = letter
    lookedAt += 1
    if (isWanted(letter.candidate)) deadLetters.push(summaryOf(letter.candidate, letter.store))
  }
  return { deadLetters, lookedAt, next: undefined }
}

interface Letter {
  candidate: Candidate
  store: DestinationStore
}

/** Of all partitions, the oldest first. */
function lettersOf(
  stores: Partitions,
  walked: Parameters<typeof candidatesOf>[1],
): AsyncGenerator<Letter> {
  const atATime = Math.ceil(pageSize / stores.length)
  const letters = stores.map(async function* (store) {
    for await (const candidate of candidatesOf(store, walked, atATime)) yield { candidate, store }
  })
  return inOrder(letters, olderLetterFirst)
}

/** As Redis has them: by time of death, and by id. */
function olderLetterFirst({ candidate: one }: Letter, { candidate: other }: Letter): number {
  if (one.endedAtMs !== other.endedAtMs) return one.endedAtMs - other.endedAtMs
  return one.id < other.id ? -1 : Number(one.id > other.id)
}

/** A time of death, a colon and an id. */
function placeIn(after: string | undefined): string | undefined {
  return after !== undefined && /^\d{1,15}:/.test(after) ? after : undefined
}
