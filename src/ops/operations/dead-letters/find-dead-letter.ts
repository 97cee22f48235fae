import type { StoreConfig } from '../../../shared/config/config.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { readCallback, type CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { shownId } from '../../text/shown-id.ts'
import { withPlaceOf } from '../destination/places.ts'
import type { CallbackRequest } from '../status/find-callback.ts'

/** All that is known of a dead letter. Throws `callback-not-found`, or `not-a-dead-letter` for any other callback. */
export function findDeadLetter(
  config: StoreConfig,
  { id, destination }: CallbackRequest,
): Promise<CallbackStatus> {
  return withPlaceOf(config, { id, destination }, async (store) => {
    const record = await readCallback(store, id)
    if (record?.state === 'dead') return record
    const name = `"${shownId(id)}"`
    throw record === undefined
      ? new RingbackError('callback-not-found', `No dead letter ${name} is known.`)
      : new RingbackError('not-a-dead-letter', `The callback ${name} is ${record.state}.`)
  })
}
