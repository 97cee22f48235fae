import { randomUUID } from 'node:crypto'

import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { begin, type BeginResult } from '../../shared/store/ledger/begin.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Work } from './attempt.ts'
import { ofPrimary, type Written } from './replicas.ts'

/** Two workers' clocks may differ by this much before a job that is early by one of them is put back. */
const clockToleranceMs = 1_000

/** Opens the next attempt in the ledger, or finds out why nothing may be sent. */
export function beginAttempt(work: Work): Promise<Written<BeginResult>> {
  const { store, replicas = ofPrimary(store) } = work.context
  return replicas.write((itsStore) => beginIn(itsStore, work))
}

function beginIn(
  store: DestinationStore,
  { job, pass, context, span }: Work,
): Promise<BeginResult> {
  const { id, generation } = job
  const nowMs = context.clock.now()
  return begin(store, {
    id,
    generation,
    claim: pass.claim ?? randomUUID(),
    knownVersion: pass.claim === undefined ? pass.version : undefined,
    now: isoTimestamp(nowMs),
    nowWithTolerance: isoTimestamp(nowMs + clockToleranceMs),
    trace: span?.traceparent,
  })
}
