import type { Intent } from '../../shared/contract/intent.ts'
import type { OpenResult } from '../../shared/store/ledger/open.ts'
import { epochMsOf, isoTimestamp } from '../../shared/time/timestamp.ts'

/** When a callback is too old to be sent. */
export interface Expiry {
  expiresAt: string | undefined
  /** The destination says so, and not its producer. */
  isDefault: boolean
}

export interface ExpiryRule {
  /** After it was due. Undefined: what names no time never expires. */
  expireAfterMs: number | undefined
  nowMs: number
}

/** What was due long ago and is sent again, by somebody's decision, has all of that time anew. */
export function expiryOf(
  { expiresAt }: Pick<Intent, 'expiresAt'>,
  opening: OpenResult,
  { expireAfterMs, nowMs }: ExpiryRule,
): Expiry {
  if (expiresAt !== undefined || expireAfterMs === undefined) return { expiresAt, isDefault: false }
  const isFirst = opening.kind === 'schedule' && opening.generation === 1
  const dueMs = isFirst ? epochMsOf(opening.dueAt) : nowMs
  return { expiresAt: isoTimestamp(dueMs + expireAfterMs), isDefault: true }
}
