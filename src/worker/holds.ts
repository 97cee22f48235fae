import { messageOf } from '../shared/errors/errors.ts'
import type { Admission, HoldReason } from '../shared/delivery/admission.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import { inspectControl } from '../shared/store/control/inspect-control.ts'
import type { Observer } from '../shared/telemetry/events.ts'
import type { Clock } from '../shared/time/clock.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'

export interface HoldsContext {
  store: DestinationStore
  rate: number | undefined
  clock: Clock
  observe: Observer
}

interface Hold {
  reason: HoldReason
  /** Since when this worker has known of it, monotonic. */
  seenMs: number
}

/** Says once when a hold begins and once when it ends, as this worker meets it: nobody is to wonder why nothing is sent. */
export function watchHolds(context: HoldsContext): (admission: Admission) => void {
  let hold: Hold | undefined
  return (admission) => {
    const reason = reasonAfter(admission, hold)
    if (reason === hold?.reason) return
    const nowMs = context.clock.monotonic()
    if (hold !== undefined) reportEnd(hold, context)
    hold = reason === undefined ? undefined : { reason, seenMs: nowMs }
    if (reason !== undefined) void reportBeginning(reason, context)
  }
}

/** Of nothing due and of waiting for its turn it cannot be told; a probe is no end yet. */
function reasonAfter(admission: Admission, hold: Hold | undefined): HoldReason | undefined {
  if (admission.kind === 'held') return admission.reason
  if (admission.kind === 'free') return undefined
  return admission.kind === 'go' && admission.pass.probeOf === undefined ? undefined : hold?.reason
}

async function reportBeginning(
  reason: HoldReason,
  { store, rate, observe }: HoldsContext,
): Promise<void> {
  const { destination } = store.ref
  try {
    const { dispatch, breaker } = await inspectControl(store, { rate })
    if (reason === 'paused') {
      observe({ event: 'dispatch.paused', destination, by: dispatch?.by, why: dispatch?.why })
      return
    }
    const { sinceMs, code, message } = breaker ?? {
      sinceMs: 0,
      code: undefined,
      message: undefined,
    }
    const since = isoTimestamp(sinceMs)
    observe({ event: 'destination.failing', destination, since, code, message })
  } catch (error) {
    observe({ event: 'processor.failed', destination, id: undefined, message: messageOf(error) })
  }
}

function reportEnd({ reason, seenMs }: Hold, { store, clock, observe }: HoldsContext): void {
  const { destination } = store.ref
  const heldMs = Math.round(clock.monotonic() - seenMs)
  const event = reason === 'paused' ? 'dispatch.resumed' : 'destination.recovered'
  observe({ event, destination, heldMs })
}
