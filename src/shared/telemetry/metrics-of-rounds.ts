import { Gauge, type Registry } from 'prom-client'

import type { WorkerEvent } from './events.ts'

type WalkEnded = Extract<WorkerEvent, { event: 'walk.ended' }>

/** Of the reconciler. One worker of a namespace walks: in the others there is nothing to tell. */
export function createRoundGauges(registry: Registry): (ended: WalkEnded) => void {
  const registers = [registry]
  const at = new Gauge({
    name: 'ringback_reconciler_last_round_timestamp_seconds',
    help: 'When this worker has last looked at all keys of the namespace, to put right what ledger and queue do not agree on. Absent before, and where another worker does.',
    registers,
  })
  const duration = new Gauge({
    name: 'ringback_reconciler_round_duration_seconds',
    help: 'How long that took.',
    registers,
  })
  // A gauge without labels begins at 0, which would be an alarm.
  at.remove()
  duration.remove()
  return (ended) => {
    at.set(ended.endedAtMs / 1000)
    duration.set(ended.durationMs / 1000)
  }
}
