import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import {
  countDeadLetters,
  listDeadLetters,
  type DeadLetterSummary,
} from '../../../shared/store/dead-letters/dead-letters.ts'
import { hasDeadLetters } from '../../../shared/store/dead-letters/has-dead-letters.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

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
}

/** By time of death, oldest first. */
export function deadLetterPage(
  config: StoreConfig,
  { destination, offset, limit }: PageRequest,
): Promise<DeadLetterPage> {
  return withAnyDestination(config, destination, async (redis, { ref }) => ({
    destination: ref.destination,
    total: await countDeadLetters(redis, ref),
    offset,
    // ZRANGE takes an end before its start for none, but the index -1 for the last one.
    deadLetters: limit === 0 ? [] : await listDeadLetters(redis, ref, { offset, count: limit }),
    otherDestinations: (await strayDestinations(redis, config)).filter(
      (other) => other !== ref.destination,
    ),
  }))
}

/** Destinations with dead letters that nobody would be shown unasked. */
async function strayDestinations(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
): Promise<string[]> {
  const found = await findDestinations(redis, namespace)
  const strays = found.filter((destination) => !destinations.includes(destination))
  const have = await Promise.all(
    strays.map((destination) => hasDeadLetters(redis, { namespace, destination })),
  )
  return strays.filter((_, index) => have[index] === true)
}
