import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { redriveDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import { readCallback } from '../../../shared/store/ledger/callback-record.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { noting, pseudonymIn, type Operator } from '../audit/note-action.ts'
import { withPartitions } from '../destination/any-destination.ts'
import { idsByPlace } from '../destination/places.ts'
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
  /** Of a destination in partitions, those in which any of the ids is, or would be. */
  places: readonly Place[]
}

interface Place {
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
  return withPartitions(config, destination, async (stores) => {
    const byPlace = [...(await idsByPlace(stores, ids))]
    const places = byPlace.map(async ([store, here]) => {
      const target = { config, ref: store.ref }
      const letters = [...new Set(here)].map(async (id) => {
        const record = await readCallback(store, id)
        return { id, warnings: redriveWarnings(record, target, clock.now()) }
      })
      return { target, letters: await Promise.all(letters) }
    })
    return { operator, reason, places: await Promise.all(places) }
  })
}

/** One warning of one letter. */
export interface Warning {
  id: string
  warning: string
}

export function warningsOf({ places }: RedrivePlan): Warning[] {
  const all = places.flatMap(({ letters }) => letters)
  return all.flatMap(({ id, warnings }) =>
    warnings.map((warning) => ({ id: shownId(id), warning })),
  )
}

/** One after the other: of an interrupted run it is clear which were sent. */
export async function* redriveDeadLetters(
  { places, operator, reason }: RedrivePlan,
  clock: Clock,
): AsyncIterable<Redrive> {
  const act = { action: 'redrive', operator, what: {}, reason } as const
  for (const place of places) {
    yield* streamFromStore(place.target, (store) =>
      noting(store, act, redriveEach(store, { operator, ...place }, clock)),
    )
  }
}

async function* redriveEach(
  store: DestinationStore,
  { target, letters, operator }: Place & Pick<RedrivePlan, 'operator'>,
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
