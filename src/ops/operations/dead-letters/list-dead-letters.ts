import type { StoreConfig } from '../../../shared/config/config.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
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
  return withAnyDestination(config, destination, async (store) => ({
    destination: store.ref.destination,
    total: await countDeadLetters(store),
    offset,
    // ZRANGE takes an end before its start for none, but the index -1 for the last one.
    deadLetters: limit === 0 ? [] : await listDeadLetters(store, { offset, count: limit }),
    otherDestinations: (await strayDestinations(store.redis, config)).filter(
      (other) => other !== store.ref.destination,
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
    strays.map((destination) => hasDeadLetters(openStore(redis, { namespace, destination }))),
  )
  return strays.filter((_, index) => have[index] === true)
}
