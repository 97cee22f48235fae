import type { StoreConfig } from '../../../shared/config/config.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { readCallback, type CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { quoted } from '../../text/quoted.ts'
import { shownId } from '../../text/shown-id.ts'
import { withPlaceOf } from '../destination/places.ts'
import { explainRecord } from '../explain/explain-callback.ts'
import type { Explanation } from '../explain/explanation.ts'

export interface CallbackRequest {
  id: string
  destination?: string | undefined
}

export interface FoundCallback {
  record: CallbackStatus
  explanation: Explanation
}

/** All that is known of a callback, the customer's number too, and why it is as it is. Throws `callback-not-found`. */
export function findCallback(
  config: StoreConfig,
  { id, destination }: CallbackRequest,
  clock: Clock,
): Promise<FoundCallback> {
  return withPlaceOf(config, { id, destination }, async (store) => {
    const record = await readCallback(store, id)
    if (record !== undefined) {
      return {
        record,
        explanation: await explainRecord(store, record, clock),
      }
    }
    throw new RingbackError(
      'callback-not-found',
      `No callback "${shownId(id)}" is known at the destination ${quoted(store.ref.destination)}.`,
    )
  })
}
