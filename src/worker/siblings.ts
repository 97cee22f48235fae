import { partitionNames } from '../shared/contract/partition.ts'
import { messageOf } from '../shared/errors/errors.ts'
import { rest } from '../shared/lifecycle/rest.ts'
import { createService, type Service } from '../shared/lifecycle/service.ts'
import { settlesWithin } from '../shared/lifecycle/settles-within.ts'
import type { Redis } from '../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../shared/redis/destination-store.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import { followBreaker } from '../shared/store/partitions/follow-breaker.ts'
import {
  inspectBreaker,
  type PartitionBreaker,
} from '../shared/store/partitions/inspect-breaker.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import { whatToFollow, type SeenPartition } from './follow-siblings.ts'

export interface SiblingsContext {
  redis: Redis
  /** Of the destination. */
  ref: DestinationRef
  partitions: number
  everyMs: number
  clock: Clock
  observe: Observer
}

/** What stands in the way of one turn mostly stands in that of the next one. */
const failedMs = 5_000

/**
 * Has the breakers of all partitions follow the one that finds out first. A script reaches one partition, so it is not one step:
 * every worker looks, and writes into each partition what it lacks, if that stands as it was seen. Who dies in between leaves it
 * to the others, and where nobody is left each partition finds out for itself.
 */
export function createSiblings(context: SiblingsContext): Service {
  const { clock, everyMs, ref, observe } = context
  const siblings = siblingsOf(context)
  return createService('siblings', async (stopping) => {
    while (!stopping.aborted) {
      try {
        await followAll(siblings, clock)
        await rest(clock, everyMs, stopping)
      } catch (error) {
        const { destination } = ref
        const message = messageOf(error)
        observe({ event: 'maintenance.failed', part: 'partitions', destination, message })
        await rest(clock, failedMs, stopping)
      }
    }
  })
}

interface Sibling {
  store: DestinationStore
  place: number
  /** Undefined: it does not answer. */
  look: () => Promise<PartitionBreaker | Error | undefined>
}

function siblingsOf({ redis, ref, partitions }: SiblingsContext): Sibling[] {
  return partitionNames(ref.destination, partitions).map((destination, place) => {
    const store = openStore(redis, { ...ref, destination })
    return { store, place, look: lookAt(store) }
  })
}

/** A server that is away answers when it is back: until then it is not asked again. */
function lookAt(store: DestinationStore): Sibling['look'] {
  let isAsked = false
  return async () => {
    if (isAsked) return undefined
    isAsked = true
    try {
      return await inspectBreaker(store, {})
    } catch (error) {
      return error instanceof Error ? error : new Error(messageOf(error))
    } finally {
      isAsked = false
    }
  }
}

const patienceMs = 1_000

/** What is wrong with one of them is no reason to leave out the others. */
async function followAll(siblings: readonly Sibling[], clock: Clock): Promise<void> {
  const seen: SeenPartition[] = []
  const errors: Error[] = []
  const looking = siblings.map(async ({ store, place, look }) => {
    const asked = look()
    const breaker = (await settlesWithin(asked, patienceMs, clock)) ? await asked : undefined
    if (breaker instanceof Error) errors.push(breaker)
    else if (breaker !== undefined) seen.push({ name: store.ref.destination, place, breaker })
  })
  await Promise.all(looking)
  const following = seen.map((own) => follow(siblings, own, seen))
  await settlesWithin(Promise.all(following), patienceMs, clock)
  const [error] = errors
  if (error !== undefined) throw error
}

async function follow(
  siblings: readonly Sibling[],
  own: SeenPartition,
  seen: readonly SeenPartition[],
): Promise<void> {
  const store = siblings[own.place]?.store
  const wanted = whatToFollow(own, seen, siblings.length)
  if (store !== undefined && wanted !== undefined) await followBreaker(store, wanted)
}
