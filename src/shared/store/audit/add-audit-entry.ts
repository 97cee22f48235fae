import type { DestinationStore } from '../../redis/destination-store.ts'
import { auditKey } from '../../redis/keys.ts'
import { takeStep } from '../../telemetry/steps.ts'
import { fieldsOfAudit, type AuditFields } from './audit-entry.ts'

/** Of an operator who does something every minute, a week; of most, years. */
export const mostAuditEntries = 10_000

/** Writes down who did what, at Redis' time. */
export async function addAuditEntry(
  { redis, ref }: DestinationStore,
  entry: AuditFields,
): Promise<void> {
  const key = auditKey(ref)
  const fields = fieldsOfAudit(entry)
  await takeStep('audit.add', { destination: ref.destination }, () =>
    redis.xadd(key, 'MAXLEN', '~', mostAuditEntries, '*', ...fields),
  )
}
