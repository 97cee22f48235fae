import { DateTime } from 'luxon'

import { lengthProblem } from '../shared/text/text-length.ts'

/**
 * Milliseconds to wait by a `Retry-After` header: whole seconds or an HTTP-date (RFC 9110, section 10.2.3). Decimals are
 * none of the standard's forms; gateways write them all the same, and rounded up they are never too early. A time gone by
 * is 0; what is neither form is `undefined`.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim()
  if (text === undefined) return undefined
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return inSafeRange(Math.ceil(Number(text)) * 1000)
  if (lengthProblem(text) !== undefined) return undefined
  const date = DateTime.fromHTTP(text)
  return date.isValid ? inSafeRange(date.toMillis() - nowMs) : undefined
}

/** A header may hold any number of digits; arithmetic on the result must stay exact. */
function inSafeRange(ms: number): number {
  return Math.min(Math.max(0, ms), Number.MAX_SAFE_INTEGER)
}
