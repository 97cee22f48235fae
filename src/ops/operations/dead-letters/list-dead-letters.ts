import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { partitionIn } from '../../../shared/contract/partition.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import { redisErrorKind } from '../../../shared/redis/redis-errors.ts'
import {
  countDeadLetters,
  listDeadLetters,
  type DeadLetterSummary,
} from '../../../shared/store/dead-letters/dead-letters.ts'
import { hasDeadLetters } from '../../../shared/store/dead-letters/has-dead-letters.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import type { Candidate } from '../../../shared/store/runs/candidate.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import type { FilterRequest } from '../runs/run-request.ts'
import { findPartitions, type Partitions } from '../destination/any-destination.ts'
import { withRedis } from '../destination/target.ts'
import { lettersThatMatch } from './letters-that-match.ts'

/** A page of dead letters. */
export interface DeadLetterPage {
  destination: string
  total: number
  offset: number
  deadLetters: readonly DeadLetterSummary[]
  /** Destinations that have dead letters and are not configured here. */
  otherDestinations: readonly string[]
}

export interface PageRequest {
  destination?: string | undefined
  offset: number
  limit: number
  /** Undefined: all. `possibleDuplicates`: only those that may be booked. */
  filter?: FilterRequest | undefined
}

/** By time of death, oldest first. */
export function deadLetterPage(
  config: StoreConfig,
  { destination, filter, ...range }: PageRequest,
): Promise<DeadLetterPage> {
  return withRedis(config, async (redis) => {
    const stores = await findPartitions(redis, config, destination)
    const { numberKey } = config
    const letters = await pageIn(stores, range, (store, part) =>
      filter === undefined
        ? pageOfAll(store, part)
        : pageOfSome(store, filter, { ...part, numberKey }),
    )
    const { destination: name } = stores[0].ref
    const strays = await strayDestinations(redis, config)
    return {
      destination: name,
      offset: range.offset,
      ...letters,
      otherDestinations: strays.filter((other) => partitionIn(other).destination !== name),
    }
  })
}

/** Where a page of all is not known before the first ones of each are. */
async function pageIn(
  stores: Partitions,
  range: Range,
  read: (store: DestinationStore, range: Range) => Promise<Letters>,
): Promise<Letters> {
  const [first, ...others] = stores
  if (others.length === 0) return await read(first, range)
  const end = range.offset + range.limit
  const each = await Promise.all(stores.map((store) => read(store, { offset: 0, limit: end })))
  const letters = each
    .flatMap(({ deadLetters }) => deadLetters)
    .toSorted((one, other) => one.diedAt.localeCompare(other.diedAt))
  const total = each.reduce((sum, page) => sum + page.total, 0)
  return { total, deadLetters: letters.slice(range.offset, end) }
}

type Range = Pick<PageRequest, 'offset' | 'limit'>
type Letters = Pick<DeadLetterPage, 'total' | 'deadLetters'>

async function pageOfAll(store: DestinationStore, { offset, limit }: Range): Promise<Letters> {
  return {
    total: await countDeadLetters(store),
    // ZRANGE takes an end before its start for none, but the index -1 for the last one.
    deadLetters: limit === 0 ? [] : await listDeadLetters(store, { offset, count: limit }),
  }
}

/** Looks at all of them, a page at a time. */
async function pageOfSome(
  store: DestinationStore,
  filter: FilterRequest,
  { offset, limit, numberKey }: Range & { numberKey: string | undefined },
): Promise<Letters> {
  const deadLetters: DeadLetterSummary[] = []
  let total = 0
  for await (const candidate of lettersThatMatch(store, filter, numberKey)) {
    if (total >= offset && deadLetters.length < limit) deadLetters.push(summaryOf(candidate, store))
    total += 1
  }
  return { total, deadLetters }
}

export function summaryOf(
  { id, endedAtMs, reason = '', code, message, attempts, possibleDuplicate }: Candidate,
  { ref }: DestinationStore,
): DeadLetterSummary {
  const diedAt = isoTimestamp(endedAtMs)
  const { destination } = ref
  return { id, destination, diedAt, reason, code, message, attempts, possibleDuplicate }
}

/** Destinations with dead letters that nobody would be shown unasked. */
async function strayDestinations(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<string[]> {
  const found = await findDestinations(redis, namespace)
  const strays = found.filter(
    (destination) => !destinations.includes(partitionIn(destination).destination),
  )
  const have = await Promise.all(
    strays.map((destination) => mayHaveShown(openStore(redis, { namespace, destination }))),
  )
  return strays.filter((_, index) => have[index] === true)
}

/** Of a destination that this user of Redis may not look at, there is nothing to show. */
async function mayHaveShown(store: DestinationStore): Promise<boolean> {
  try {
    return await hasDeadLetters(store)
  } catch (error) {
    if (redisErrorKind(error) !== 'forbidden') throw error
    return false
  }
}
