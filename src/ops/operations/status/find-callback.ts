import type { StoreConfig } from '../../../shared/config/config.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { readCallback, type CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { quoted } from '../../text/quoted.ts'
import { shownId } from '../../text/shown-id.ts'
import { withAnyDestination } from '../destination/any-destination.ts'

export interface CallbackRequest {
  id: string
  destination?: string | undefined
}

/** All that is known of a callback, the customer's number too. Throws `callback-not-found`. */
export function findCallback(
  config: StoreConfig,
  { id, destination }: CallbackRequest,
): Promise<CallbackStatus> {
  return withAnyDestination(config, destination, async (store) => {
    const record = await readCallback(store, id)
    if (record !== undefined) return record
    throw new RingbackError(
      'callback-not-found',
      `No callback "${shownId(id)}" is known at the destination ${quoted(store.ref.destination)}.`,
    )
  })
}
