import type { Intent } from '../../shared/contract/intent.ts'
import { isoTimestamp } from '../../shared/time/timestamp.ts'
import type { Work } from './attempt.ts'

/** The first attempt's record and this many of the newest stay in the ledger: an outage of a day makes hundreds. */
export const keptRecords = 20

/** What every end of a callback says besides what it is. */
export function endFields({
  job,
  context,
  intent,
  nowMs,
}: Pick<Work, 'job' | 'context'> & { intent: Intent; nowMs: number }) {
  const { retentionMs, policy } = context
  return {
    id: job.id,
    now: isoTimestamp(nowMs),
    nowMs,
    retentionMs,
    attributes: intent.attributes === undefined ? undefined : JSON.stringify(intent.attributes),
    // A search looks back to the beginning of an attempt: no booking since then may be forgotten.
    ownerTtlMs: Math.max(retentionMs, policy.maxRetryDurationMs),
  }
}
