import { randomUUID } from 'node:crypto'

import { begin, type BeginResult } from '../../shared/store/ledger/begin.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Work } from './attempt.ts'

/** Two workers' clocks may differ by this much before a job that is early by one of them is put back. */
const clockToleranceMs = 1_000

/** Opens the next attempt in the ledger, or finds out why nothing may be sent. */
export function beginAttempt({ job, pass, context, span }: Work): Promise<BeginResult> {
  const { id, generation } = job
  const { store, clock } = context
  const nowMs = clock.now()
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
