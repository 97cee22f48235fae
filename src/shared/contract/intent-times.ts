import { DateTime, IANAZone } from 'luxon'

/** What reading a time came to: its instant, or what is wrong with it. */
export type ReadTime = { kind: 'ok'; epochMs: number } | { kind: 'problem'; message: string }

const withOffset = /T.*(?:Z|[+-]\d{2}(?::?\d{2})?)$/i
/** luxon reads `+99:99` and computes with it. */
const withRealOffset = /(?:Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)$/i
const needsOffset =
  'must be ISO 8601 with an offset, such as 2026-02-26T15:40:52Z or 2026-02-26T16:40:52+01:00'

export function hasOffset(text: string): boolean {
  return withOffset.test(text)
}

/** Reads a time that names its offset. A date alone is refused: its midnight differs from place to place. */
export function readInstant(text: string): ReadTime {
  if (!hasOffset(text) || !withRealOffset.test(text)) {
    return { kind: 'problem', message: needsOffset }
  }
  const time = DateTime.fromISO(text, { setZone: true })
  if (!time.isValid) return { kind: 'problem', message: needsOffset }
  return ok(time.toMillis())
}

/** Ringback compares its times as text, which holds for years of four digits only. */
function ok(epochMs: number): ReadTime {
  const { year } = DateTime.fromMillis(epochMs, { zone: 'utc' })
  if (year < 0 || year > 9999) {
    return { kind: 'problem', message: 'must be in a year of four digits' }
  }
  return { kind: 'ok', epochMs }
}

/**
 * Reads a wall-clock time in a zone. A time that a clock change skips is refused, because nobody can tell which of its
 * neighbours was meant; one that happens twice means its first occurrence.
 */
export function readLocalTime(text: string, timeZone: string): ReadTime {
  const wall = DateTime.fromISO(text, { zone: 'utc' })
  if (!text.includes('T') || !wall.isValid) {
    return { kind: 'problem', message: 'must be an ISO 8601 time, such as 2026-02-26T15:40:52' }
  }
  const [first] = instantsOf(wall.toMillis(), timeZone)
  if (first === undefined) {
    return { kind: 'problem', message: 'does not exist in this timeZone: the clocks skip it' }
  }
  return ok(first)
}

const dayMs = 24 * 3_600_000

/**
 * The instants at which the zone's clocks show this wall time, given as if it were UTC: none in a gap, two where it happens
 * twice, the first one first. Which of two luxon takes depends on the season in which it is asked, so it is not asked.
 */
function instantsOf(wallMs: number, timeZone: string): number[] {
  const zone = IANAZone.create(timeZone)
  const offsets = new Set([zone.offset(wallMs - dayMs), zone.offset(wallMs + dayMs)])
  return [...offsets]
    .map((minutes) => ({ minutes, epochMs: wallMs - minutes * 60_000 }))
    .filter(({ minutes, epochMs }) => zone.offset(epochMs) === minutes)
    .map(({ epochMs }) => epochMs)
    .sort((a, b) => a - b)
}

/** Only what means the same on every machine: luxon's `local` and `system` do not. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name)
}
