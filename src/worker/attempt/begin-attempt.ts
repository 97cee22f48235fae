import { randomUUID } from 'node:crypto'

import { begin, type Beginning } from '../../shared/store/ledger/begin.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { CallbackJob } from '../../shared/contract/ids.ts'
import type { AttemptContext } from './context.ts'

/** Two workers' clocks may differ by this much before a job that is early by one of them is put back. */
const clockToleranceMs = 1_000

/** Opens the next attempt in the ledger, or finds out why nothing may be sent. */
export function beginAttempt(
  { id, generation }: CallbackJob,
  { redis, ref, clock }: AttemptContext,
): Promise<Beginning> {
  const nowMs = clock.now()
  return begin(redis, {
    ref,
    id,
    generation,
    claim: randomUUID(),
    now: isoTimestamp(nowMs),
    nowWithTolerance: isoTimestamp(nowMs + clockToleranceMs),
  })
}
