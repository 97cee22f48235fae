import type { StoreConfig } from '../../../shared/config/config.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { bridgeGroup } from '../../../shared/store/inbox/inbox.ts'
import { cancel, type Cancellation } from '../../../shared/store/ledger/cancel.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { shownId } from '../../text/shown-id.ts'
import { noting, type Operator } from '../audit/note-action.ts'
import { findPartitions } from '../destination/any-destination.ts'
import { wantedByPlace, wantedForLog, wantedIds, type WantedCallbacks } from '../find/wanted-ids.ts'
import { newerLedger } from '../destination/newer-ledger.ts'
import { retentionMsOf, streamFromRedis, type Target } from '../destination/target.ts'

/** What became of the wish to cancel one callback. */
export type Cancelled = { id: string } &
  /** Nothing is sent any more, since then. */
  (
    | { outcome: 'cancelled'; at: string }
    /** It is being sent, or is in doubt: it ends as cancelled as soon as it is known not to be booked. */
    | { outcome: 'under-way' }
    | { outcome: 'booked'; recordId: string }
    | { outcome: 'dead'; reason: string }
    | { outcome: 'unknown' }
  )

export interface CancelRequest {
  operator: Operator
  destination?: string | undefined
  which: WantedCallbacks
  /** Who and why, as they say. */
  by?: string | undefined
  reason?: string | undefined
}

/** One after the other: of an interrupted run it is clear which were cancelled. */
export function cancelCallbacks(
  config: StoreConfig,
  request: CancelRequest,
  clock: Clock,
): AsyncIterable<Cancelled> {
  return streamFromRedis(config, async function* (redis) {
    const { which, destination, operator, reason } = request
    const stores = await findPartitions(redis, config, destination)
    const act = { action: 'cancel', operator, what: wantedForLog(which), reason } as const
    for (const [store, here] of await wantedByPlace(stores, which)) {
      const target = { config, ref: store.ref }
      const wanted = { ...request, which: here }
      yield* noting(store, act, cancelEach({ store, target }, wanted, clock))
    }
  })
}

async function* cancelEach(
  { store, target }: { store: DestinationStore; target: Target },
  { which, by, reason }: CancelRequest,
  clock: Clock,
): AsyncGenerator<Cancelled> {
  for await (const id of wantedIds(store, target, which)) {
    const cancellation = await cancelOne(store, target, { id, by, reason, nowMs: clock.now() })
    yield { id: shownId(id), ...outcomeOf(cancellation) }
  }
}

interface OneCancellation extends Pick<CancelRequest, 'by' | 'reason'> {
  id: string
  nowMs: number
}

async function cancelOne(
  store: DestinationStore,
  target: Target,
  { id, by, reason, nowMs }: OneCancellation,
): Promise<Cancellation> {
  const cancellation = await cancel(store, {
    id,
    by: by && maskNumbersIn(by),
    why: reason && maskNumbersIn(reason),
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs: retentionMsOf(target),
    group: bridgeGroup,
  })
  if (cancellation.kind !== 'cancelled') return cancellation
  const { generation } = cancellation
  const { removeJob } = await import('../../../queue/callback-queue.ts')
  // One that a worker has just been given is left: it finds in the ledger that there is nothing to do.
  await removeJob(store, { id, generation })
  return cancellation
}

/** A variant for each outcome, without what is of no use to whoever asked. */
function outcomeOf(cancellation: Cancellation) {
  switch (cancellation.kind) {
    case 'cancelled':
      return { outcome: 'cancelled', at: cancellation.at } as const
    case 'under-way':
      return { outcome: 'under-way' } as const
    case 'booked':
      return { outcome: 'booked', recordId: cancellation.recordId } as const
    case 'dead':
      return { outcome: 'dead', reason: cancellation.reason } as const
    case 'missing':
      return { outcome: 'unknown' } as const
    case 'unknown-version':
      throw newerLedger(cancellation.version)
  }
}
