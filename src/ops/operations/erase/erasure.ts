import type { StoreConfig } from '../../../shared/config/config.ts'
import { messageOf } from '../../../shared/errors/errors.ts'
import { spellingsOf, type NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { anyKeyPattern, type DestinationRef } from '../../../shared/redis/keys.ts'
import { scanDestinations } from '../../../shared/store/keys/scan-destinations.ts'
import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { andNote, noteAction, type Operator } from '../audit/note-action.ts'
import { namedPartitions } from '../destination/named-partitions.ts'
import { unknownDestination, withRedis } from '../destination/target.ts'
import { eraseNumber, findNumber } from './erase-number.ts'
import { previewOf, receiptOf, type Receipt } from './receipt.ts'
import { createSealedSearch } from './sealed-search.ts'
import { isWaiting, type Trace, type Unsearched } from './trace.ts'

export interface ErasureRequest {
  /** E.164. */
  number: string
  /** Undefined: wherever the namespace has keys. */
  destination?: string | undefined
}

/** An erasure that has been asked for. Nothing is erased yet. */
export interface Erasure {
  config: StoreConfig
  number: string
  spellings: NumberSpellings
  destinations: readonly string[]
}

/** Throws `unknown-destination` for one that nobody has configured, sent to or served. */
export async function prepareErasure(
  config: StoreConfig,
  { number, destination }: ErasureRequest,
): Promise<Erasure> {
  const spellings = spellingsOf(number)
  const destinations = await withRedis(config, (redis) =>
    destinationsOf(redis, config, destination),
  )
  return { config, number, spellings, destinations }
}

/**
 * Those that are not configured too: what was sent to a name that nobody serves lies under that very name. Where none is
 * named, all keys are walked: an erasure does so in any case, and must miss nothing that nobody has met yet.
 */
async function destinationsOf(
  redis: Redis,
  { namespace, destinations }: StoreConfig,
  destination: string | undefined,
): Promise<string[]> {
  if (destination === undefined) {
    const found = await scanDestinations(redis, anyKeyPattern(namespace))
    const configured = await namedPartitions(redis, namespace, destinations)
    return [...new Set([...configured, ...found])].toSorted()
  }
  const named = await namedPartitions(redis, namespace, [destination])
  if (destinations.includes(destination)) return named
  const known = await findDestinations(redis, namespace)
  if (!known.includes(destination)) throw unknownDestination(destination, destinations)
  return named
}

export interface Preview {
  receipt: Receipt
  /** Whether erasing this withdraws a promise to call back. */
  withdraws: boolean
}

/** What would be erased. Changes nothing. */
export async function previewErasure(
  erasure: Erasure,
  outcome: 'unconfirmed' | 'dry-run',
  clock: Clock,
): Promise<Preview> {
  const unsearched: Unsearched[] = []
  const found = await withRedis(erasure.config, (redis) =>
    findNumber(searchOf(erasure), { redis, unsearched }),
  )
  const about = aboutOf(erasure, { withdraw: true, clock, unsearched })
  return { receipt: previewOf(found, { ...about, outcome }), withdraws: found.some(isWaiting) }
}

export interface EraseOptions {
  operator: Operator
  /** False: nothing is erased while that would withdraw a promise. */
  withdraw: boolean
  clock: Clock
  stopped: AbortSignal
}

/** What was erased; of an interrupted run too, with what interrupted it: what is gone is gone. */
export interface Erased {
  receipt: Receipt
  failure: Error | undefined
}

export async function carryOut(
  erasure: Erasure,
  { withdraw, clock, stopped, operator }: EraseOptions,
): Promise<Erased> {
  const erased: Trace[] = []
  const unsearched: Unsearched[] = []
  const request = { ...searchOf(erasure), withdraw }
  const { remaining, failure } = await withRedis(erasure.config, (redis) =>
    andNote(
      () => eraseNumber(request, { redis, clock, stopped, unsearched }, erased),
      () => noteErased(redis, request.refs, { operator, erased }),
    ),
  ).then(
    (left) => ({ remaining: left, failure: undefined }),
    (error: unknown) => ({ remaining: undefined, failure: asError(error) }),
  )
  const about = aboutOf(erasure, { withdraw, clock, unsearched })
  return { receipt: receiptOf({ ...about, erased, remaining }), failure }
}

/** Neither the number nor an id that may hold it: only how much is gone, where something is. */
async function noteErased(
  redis: Redis,
  refs: readonly DestinationRef[],
  { operator, erased }: { operator: Operator; erased: readonly Trace[] },
): Promise<void> {
  const act = { action: 'erase', operator, what: { by: 'number' } } as const
  for (const ref of refs) {
    const here = erased.filter((trace) => trace.ref.destination === ref.destination)
    const counts: Record<string, number> = {}
    for (const { kind } of here) counts[kind] = (counts[kind] ?? 0) + 1
    if (here.length > 0) await noteAction(openStore(redis, ref), act, counts)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error))
}

function searchOf({ config, destinations, spellings, number }: Erasure) {
  const { namespace } = config
  return {
    spellings,
    refs: destinations.map((destination) => ({ namespace, destination })),
    isSealedNumber: createSealedSearch(config, number),
  }
}

interface Run {
  withdraw: boolean
  clock: Clock
  unsearched: readonly Unsearched[]
}

function aboutOf(
  { config, number, spellings, destinations }: Erasure,
  { withdraw, clock, unsearched }: Run,
) {
  const { namespace } = config
  const at = isoTimestamp(clock.now())
  return { number, spellings, namespace, destinations, withdraw, at, unsearched }
}
