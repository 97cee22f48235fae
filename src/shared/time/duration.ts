import { Duration } from 'luxon'

import { lengthProblem } from '../text/text-length.ts'

const shortForm = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
/** Narrower than luxon, which takes a lone `P` for nothing at all, a `T` with nothing behind it, and a sign at every part. */
const isoForm =
  /^P(?=\d|T\d)(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?$/
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Milliseconds of `500ms`, `10s`, `5m`, `2h`, `7d`, or of an ISO 8601 duration. `undefined` for anything else, for a
 * negative one, and for years and months, which have no fixed length.
 */
export function parseDurationMs(text: string): number | undefined {
  if (lengthProblem(text) !== undefined) return undefined
  const short = shortForm.exec(text)
  if (short) {
    const unit = short[2] as keyof typeof unitMs
    return Math.round(Number(short[1]) * unitMs[unit])
  }
  return parseIsoDurationMs(text)
}

/** Milliseconds of an ISO 8601 duration in weeks or smaller units (`PT5M`, `P1DT2H`); `undefined` for anything else. */
function parseIsoDurationMs(text: string): number | undefined {
  if (!isoForm.test(text)) return undefined
  const duration = Duration.fromISO(text)
  return duration.isValid ? Math.round(duration.toMillis()) : undefined
}

/** The shortest exact short form: 90000 is `90s`, 7200000 is `2h`. */
export function formatDuration(ms: number): string {
  for (const [unit, size] of [
    ['d', unitMs.d],
    ['h', unitMs.h],
    ['m', unitMs.m],
    ['s', unitMs.s],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}
