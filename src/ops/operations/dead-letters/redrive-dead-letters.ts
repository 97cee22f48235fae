import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { redriveDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import { readCallback } from '../../../shared/store/ledger/callback-record.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { noting, pseudonymIn, type Operator } from '../audit/note-action.ts'
import { withAnyDestination } from '../destination/any-destination.ts'
import { retentionMsOf, streamFromStore, type Target } from '../destination/target.ts'
import { redriveWarnings } from './redrive-warnings.ts'

/** What became of the wish to redrive one dead letter. */
export interface Redrive {
  id: string
  outcome: Awaited<ReturnType<typeof redriveDeadLetter>>
  warnings: readonly string[]
}

/** What is to be redriven, and what there is to warn of. Nothing is sent yet. */
export interface RedrivePlan {
  operator: Operator
  reason: string | undefined
  target: Target
  letters: readonly { id: string; warnings: readonly string[] }[]
}

export interface RedriveRequest {
  operator: Operator
  reason?: string | undefined
  destination?: string | undefined
  ids: readonly string[]
}

export function planRedrive(
  config: StoreConfig,
  { destination, ids, operator, reason }: RedriveRequest,
  clock: Clock,
): Promise<RedrivePlan> {
  return withAnyDestination(config, destination, async (store, target) => {
    const letters = [...new Set(ids)].map(async (id) => {
      const record = await readCallback(store, id)
      return { id, warnings: redriveWarnings(record, target, clock.now()) }
    })
    return { operator, reason, target, letters: await Promise.all(letters) }
  })
}

/** One warning of one letter. */
export interface Warning {
  id: string
  warning: string
}

export function warningsOf({ letters }: RedrivePlan): Warning[] {
  return letters.flatMap(({ id, warnings }) =>
    warnings.map((warning) => ({ id: shownId(id), warning })),
  )
}

/** One after the other: of an interrupted run it is clear which were sent. */
export function redriveDeadLetters(plan: RedrivePlan, clock: Clock): AsyncIterable<Redrive> {
  const { target, operator, reason } = plan
  const act = { action: 'redrive', operator, what: {}, reason } as const
  return streamFromStore(target, (store) => noting(store, act, redriveEach(store, plan, clock)))
}

async function* redriveEach(
  store: DestinationStore,
  { target, letters, operator }: RedrivePlan,
  clock: Clock,
): AsyncGenerator<Redrive> {
  const retentionMs = retentionMsOf(target)
  const decidedBy = pseudonymIn(store, operator)
  for (const { id, warnings } of letters) {
    const decision = { id, nowMs: clock.now(), retentionMs, decidedBy }
    const outcome = await redriveDeadLetter(store, decision)
    yield { id: shownId(id), outcome, warnings: outcome === 'redriven' ? warnings : [] }
  }
}
