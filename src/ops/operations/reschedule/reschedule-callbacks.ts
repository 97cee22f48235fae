import type { StoreConfig } from '../../../shared/config/config.ts'
import type { NewTime } from '../../../shared/contract/new-time.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { movedJob } from '../../../shared/store/ledger/moved-job.ts'
import { reschedule, type Rescheduling } from '../../../shared/store/ledger/reschedule.ts'
import { shownId } from '../../text/shown-id.ts'
import { noting, type Operator } from '../audit/note-action.ts'
import { findPartitions } from '../destination/any-destination.ts'
import { newerLedger } from '../destination/newer-ledger.ts'
import { streamFromRedis, type Target } from '../destination/target.ts'
import { wantedByPlace, wantedForLog, wantedIds, type WantedCallbacks } from '../find/wanted-ids.ts'

/** What became of the wish to have one callback at another time. */
export type Rescheduled = { id: string } & (
  | { outcome: 'moved'; dueAt: string }
  /** It is being sent, or is in doubt: it goes on as if nobody had asked. */
  | { outcome: 'under-way' }
  /** It would have expired by then, and stays as it is. */
  | { outcome: 'expires-first'; expiresAt: string }
  | { outcome: 'booked'; recordId: string }
  | { outcome: 'dead'; reason: string }
  | { outcome: 'cancelled'; at: string }
  | { outcome: 'unknown' }
)

export interface RescheduleRequest {
  operator: Operator
  destination?: string | undefined
  which: WantedCallbacks
  time: NewTime
  /** Who and why, as they say. */
  by?: string | undefined
  reason?: string | undefined
}

/** One after the other: of an interrupted run it is clear which were moved. */
export function rescheduleCallbacks(
  config: StoreConfig,
  request: RescheduleRequest,
): AsyncIterable<Rescheduled> {
  return streamFromRedis(config, async function* (redis) {
    const { which, destination, operator, reason, time } = request
    const stores = await findPartitions(redis, config, destination)
    const what = { ...wantedForLog(which), ...timeForLog(time) }
    const act = { action: 'reschedule', operator, what, reason } as const
    for (const [store, here] of await wantedByPlace(stores, which)) {
      const target = { config, ref: store.ref }
      yield* noting(store, act, rescheduleEach(store, target, { ...request, which: here }))
    }
  })
}

async function* rescheduleEach(
  store: DestinationStore,
  target: Target,
  request: RescheduleRequest,
): AsyncGenerator<Rescheduled> {
  for await (const id of wantedIds(store, target, request.which)) {
    yield { id: shownId(id), ...outcomeOf(await rescheduleOne(store, id, request)) }
  }
}

function timeForLog({ delay, notBefore }: NewTime): { notBefore: string } | { delayMs: number } {
  return notBefore === undefined ? { delayMs: delay ?? 0 } : { notBefore }
}

async function rescheduleOne(
  store: DestinationStore,
  id: string,
  { time, by, reason }: RescheduleRequest,
): Promise<Rescheduling> {
  const rescheduling = await reschedule(store, {
    id,
    by: by && maskNumbersIn(by),
    why: reason && maskNumbersIn(reason),
    delayMs: time.delay,
    notBefore: time.notBefore,
  })
  if (rescheduling.kind !== 'moved') return rescheduling
  const job = movedJob(id, rescheduling)
  if (job === undefined) return rescheduling
  const { reenqueueJob } = await import('../../../queue/callback-queue.ts')
  // One that a worker has just been given is left: it finds in the ledger when it is due.
  await reenqueueJob(store, job)
  return rescheduling
}

/** A variant for each outcome, without what is of no use to whoever asked. */
function outcomeOf(rescheduling: Rescheduling) {
  switch (rescheduling.kind) {
    case 'moved':
      return { outcome: 'moved', dueAt: rescheduling.dueAt } as const
    case 'under-way':
      return { outcome: 'under-way' } as const
    case 'expires-first':
      return { outcome: 'expires-first', expiresAt: rescheduling.expiresAt } as const
    case 'booked':
      return { outcome: 'booked', recordId: rescheduling.recordId } as const
    case 'dead':
      return { outcome: 'dead', reason: rescheduling.reason } as const
    case 'cancelled':
      return { outcome: 'cancelled', at: rescheduling.at } as const
    case 'missing':
      return { outcome: 'unknown' } as const
    case 'unknown-version':
      throw newerLedger(rescheduling.version)
  }
}
