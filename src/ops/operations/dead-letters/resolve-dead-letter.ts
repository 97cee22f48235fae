import type { StoreConfig } from '../../../shared/config/config.ts'
import { resolveDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { idForLog, noteAction, pseudonymIn, type Operator } from '../audit/note-action.ts'
import { withPlaceOf } from '../destination/places.ts'
import { retentionMsOf } from '../destination/target.ts'

/** What became of the answer to whether a callback was booked. */
export interface Resolved {
  id: string
  outcome: Awaited<ReturnType<typeof resolveDeadLetter>>
  recordId: string | undefined
}

export interface ResolveRequest {
  operator: Operator
  reason?: string | undefined
  destination?: string | undefined
  id: string
  /** The ContactRequest that it was booked by; undefined: it was not booked. */
  recordId: string | undefined
}

/** Says of a callback that died as uncertain whether it was booked. If not, it is sent again. */
export function resolveUncertain(
  config: StoreConfig,
  { destination, id, recordId, operator, reason }: ResolveRequest,
  clock: Clock,
): Promise<Resolved> {
  return withPlaceOf(config, { id, destination }, async (store, target) => {
    const retentionMs = retentionMsOf(target)
    const decidedBy = pseudonymIn(store, operator)
    const resolution = { id, recordId, retentionMs, nowMs: clock.now(), decidedBy }
    const outcome = await resolveDeadLetter(store, resolution)
    const what = { ids: [idForLog(id)], booked: recordId ?? false }
    await noteAction(store, { action: 'resolve', operator, what, reason }, { [outcome]: 1 })
    return { id: shownId(id), outcome, recordId }
  })
}
