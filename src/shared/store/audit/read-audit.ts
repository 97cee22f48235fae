import type { DestinationStore } from '../../redis/destination-store.ts'
import { auditKey } from '../../redis/keys.ts'
import { decodeAudit, type AuditEntry } from './audit-entry.ts'

export interface AuditRange {
  /** Entries before this one; undefined: from the newest on. */
  before: string | undefined
  sinceMs: number
  count: number
}

/** The newest first. */
export async function readAudit(
  { redis, ref }: DestinationStore,
  { before, sinceMs, count }: AuditRange,
): Promise<AuditEntry[]> {
  const end = before === undefined ? '+' : `(${before}`
  const entries = await redis.xrevrange(auditKey(ref), end, String(sinceMs), 'COUNT', count)
  return entries.map(decodeAudit)
}
