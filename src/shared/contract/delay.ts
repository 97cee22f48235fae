import { parseDurationMs } from '../time/duration.ts'
import { invisibleCharacter } from '../text/invisible.ts'
import { lengthProblem } from '../text/text-length.ts'

/** A callback is held for a year at most; longer is a mistake in the units more often than a wish. */
export const maxHoldMs = 366 * 24 * 3_600_000

export type ReadDelay = { kind: 'ok'; ms: number } | { kind: 'problem'; message: string }

export const delayRule =
  'must be a number of ms, a duration such as 500ms, 10s, 5m, 2h or 7d, or ISO 8601 such as PT5M, at most 366 days'

/** What is written in place of a duration, and what to say of it. The first that fits is told. */
const mistakes: readonly { pattern: RegExp; message: string }[] = [
  { pattern: /^\s|\s$/, message: 'has a space at its beginning or end; remove it' },
  {
    pattern: /^-?P(?=.*\d)[^T]*[YM]/i,
    message:
      'has years or months, whose length varies; write days, such as P30D, and minutes after a T, such as PT5M',
  },
  { pattern: /^[-−]|^P.*-/i, message: 'is negative; leave it out for a callback at once' },
  {
    pattern: /^p|^P.*[a-z]/,
    message: 'is ISO 8601 in lower case; write capitals, such as PT5M',
  },
  {
    pattern: /^\d+:\d{2}(?::\d{2})?$/,
    message: 'looks like a time of day; write 90m, or ISO 8601 such as PT1H30M',
  },
  {
    pattern: /^\d+(?:\.\d+)?(?:[smhd]|ms)(?:\s*\d+(?:\.\d+)?(?:[smhd]|ms))+$/,
    message: 'has several units; write one, such as 330s, or ISO 8601 such as PT5M30S',
  },
  {
    pattern: /^\d+(?:[.,]\d+)?\s*[A-Za-z]+$/,
    message: 'has a unit that is not one of ms, s, m, h and d, written directly after the number',
  },
  {
    pattern: /^\d+[.,]\d+$/,
    message: 'has a fraction and no unit; write a whole number of ms, or a unit such as 1.5s',
  },
]

/** The one dialect of delays, for JSON, CSV, the library and the command line. */
export function readDelay(delay: number | string): ReadDelay {
  const ms = typeof delay === 'number' ? delay : msOf(delay)
  if (ms === undefined) return { kind: 'problem', message: mistakeOf(String(delay)) }
  if (Number.isNaN(ms)) return { kind: 'problem', message: delayRule }
  if (ms < 0)
    return { kind: 'problem', message: 'is negative; leave it out for a callback at once' }
  if (ms > maxHoldMs) return { kind: 'problem', message: 'is longer than 366 days' }
  return Number.isInteger(ms)
    ? { kind: 'ok', ms }
    : {
        kind: 'problem',
        message: 'has a fraction; write a whole number of ms, or a unit such as 1.5s',
      }
}

/** Digits alone are ms, in a cell or on the command line as in JSON. */
function msOf(text: string): number | undefined {
  return /^\d{1,20}$/.test(text) ? Number(text) : parseDurationMs(text)
}

function mistakeOf(text: string): string {
  const long = lengthProblem(text)
  if (long !== undefined) return long
  const unseen = invisibleCharacter(text)
  if (unseen !== undefined) return `has ${unseen}; remove it`
  return mistakes.find(({ pattern }) => pattern.test(text))?.message ?? delayRule
}
