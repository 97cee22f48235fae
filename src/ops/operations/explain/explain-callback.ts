import type { StoreConfig } from '../../../shared/config/config.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { inboxDepth } from '../../../shared/store/inbox/inbox.ts'
import { readCallback, type CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { readJobsBefore } from '../../../shared/store/stats/queue-position.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { shownId } from '../../text/shown-id.ts'
import { readControl } from '../control/shown-control.ts'
import { withPlaceOf } from '../destination/places.ts'
import { explain, explainUnknown, type Explanation } from './explanation.ts'

export interface ExplainRequest {
  id: string
  destination?: string | undefined
}

/** Why a callback has not been sent, and when it will be, as far as that can be known. */
export function explainCallback(
  config: StoreConfig,
  { id, destination }: ExplainRequest,
  clock: Clock,
): Promise<Explanation> {
  return withPlaceOf(config, { id, destination }, async (store) => {
    const record = await readCallback(store, id)
    if (record !== undefined) return explainRecord(store, record, clock)
    return explainUnknown(shownId(id), await inboxDepth(store))
  })
}

export async function explainRecord(
  store: DestinationStore,
  record: CallbackStatus,
  clock: Clock,
): Promise<Explanation> {
  const [control, before] = await Promise.all([readControl(store), readJobsBefore(store, record)])
  return explain(record, { control, before, nowMs: clock.now() })
}
