import type { StoreConfig } from '../../../shared/config/config.ts'
import { discardDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { shownId } from '../../text/shown-id.ts'
import { noting, pseudonymIn, type Operator } from '../audit/note-action.ts'
import { findPartitions } from '../destination/any-destination.ts'
import { idsByPlace } from '../destination/places.ts'
import { retentionMsOf, streamFromRedis } from '../destination/target.ts'

/** What became of the wish to discard one dead letter. */
export interface Discard {
  id: string
  outcome: Awaited<ReturnType<typeof discardDeadLetter>>
}

export interface DiscardRequest {
  operator: Operator
  reason?: string | undefined
  destination?: string | undefined
  ids: readonly string[]
}

/** One after the other: of an interrupted run it is clear which were discarded. */
export function discardDeadLetters(
  config: StoreConfig,
  { destination, ids, operator, reason }: DiscardRequest,
  clock: Clock,
): AsyncIterable<Discard> {
  return streamFromRedis(config, async function* (redis) {
    const stores = await findPartitions(redis, config, destination)
    const act = { action: 'discard', operator, what: {}, reason } as const
    for (const [store, here] of await idsByPlace(stores, ids)) {
      const retentionMs = retentionMsOf({ config, ref: store.ref })
      const decidedBy = pseudonymIn(store, operator)
      yield* noting(store, act, discardEach(store, here, { clock, retentionMs, decidedBy }))
    }
  })
}

async function* discardEach(
  store: DestinationStore,
  ids: readonly string[],
  { clock, ...deciding }: { clock: Clock; retentionMs: number; decidedBy: string },
): AsyncGenerator<Discard> {
  for (const id of new Set(ids)) {
    const decision = { ...deciding, id, nowMs: clock.now() }
    yield { id: shownId(id), outcome: await discardDeadLetter(store, decision) }
  }
}
