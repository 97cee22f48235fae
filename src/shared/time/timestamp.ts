import { DateTime } from 'luxon'

import { lengthProblem } from '../text/text-length.ts'

/**
 * ISO 8601 in UTC with milliseconds: the only form of a time that Ringback writes. Sorts as text. Empty for what is no
 * time. Date and not luxon, which takes ten times as long: an attempt writes five times. They agree; a property says so.
 */
export function isoTimestamp(epochMs: number): string {
  const date = new Date(epochMs)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

/**
 * The reverse of {@link isoTimestamp}; NaN for anything that is not an ISO 8601 time. What Date reads and
 * writes back as the very same text needs no luxon: Date alone would take 30 February for 2 March.
 */
export function epochMsOf(iso: string): number {
  if (lengthProblem(iso) !== undefined) return Number.NaN
  const epochMs = Date.parse(iso)
  if (isoTimestamp(epochMs) === iso) return epochMs
  return DateTime.fromISO(iso).toMillis()
}
