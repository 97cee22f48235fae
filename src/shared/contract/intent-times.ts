import { DateTime, type Zone } from 'luxon'

import { zoneNamed } from '../time/zone.ts'
import { invisibleCharacter } from '../text/invisible.ts'
import { lengthProblem } from '../text/text-length.ts'

/** What reading a time came to: its instant, or what is wrong with it. */
export type ReadTime = { kind: 'ok'; epochMs: number } | { kind: 'problem'; message: string }

/**
 * A calendar date, T, a time, and an offset or none: with separators or without, as in ISO 8601. luxon, which computes with
 * it, takes more: `2027T15:00Z` for 1 January, and offsets that no clock has.
 */
const form =
  /^\d{4}(-?)(\d{2})\1(\d{2})T(\d{2})(?:(:?)(\d{2})(?:\5(\d{2})(?:[.,]\d{1,30})?)?)?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/i
const endOfDay = /T24(?::?00(?::?00(?:[.,]0+)?)?)?(?:Z|[+-]|$)/i

const offsetAtEnd = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i
const example = 'such as 2026-02-26T15:40:52Z or 2026-02-26T16:40:52+01:00'
const offsetRule = `must be ISO 8601 with an offset, ${example}`
const localRule = 'must be an ISO 8601 time, such as 2026-02-26T15:40:52'

/** What is written in place of a time, and what to say of it. The first that fits is told. */
const mistakes: readonly { pattern: RegExp; message: string }[] = [
  {
    pattern: /\[[^[]*\]$/,
    message: 'has a zone in brackets after it; remove it: the offset is enough',
  },
  {
    pattern: /^[+-]\d{5,6}-/,
    message: 'must be in a year of four digits',
  },
  { pattern: /^\s|\s$/, message: 'has a space at its beginning or end; remove it' },
  {
    pattern: /^\d{9,17}(?:\.\d+)?$/,
    message: `is a count of seconds or ms since 1970; write ISO 8601, ${example}`,
  },
  {
    pattern: /^\d{4}(?:-?\d{2})?T/i,
    message: 'has no day: a time of day needs year, month and day',
  },
  {
    pattern: /^\d{4}-?W\d{2}|^\d{4}-?\d{3}T/i,
    message: 'counts weeks or days of the year; write year, month and day',
  },
  {
    pattern: /^\d{4}-?\d{2}-?\d{2}$/,
    message: 'is a date without a time, and its midnight differs from place to place',
  },
  {
    pattern: /^\d{4}-\d{2}-\d{2}[ _]\d{2}:\d{2}/,
    message: `has no T between date and time, ${example}`,
  },
  { pattern: /\dT\d.*\s[-+Z]/i, message: 'has a space before its offset; remove it' },
  {
    pattern: /\dT\d.*(?:[+-]\d{2}:?\d{2}|[+-]\d{1,2}|[A-Z]{2,5})$/i,
    message: 'has an offset that does not exist: write Z, or +hh:mm of at most 23:59',
  },
  {
    pattern: /^\d{4}-\d{1,2}-\d{1,2}T\d{1,2}(?::\d{1,2})*(?:Z|[-+]|$)/i,
    message: 'has a part with one digit; write two, such as 09',
  },
  {
    pattern: /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}/,
    message: `does not begin with its year; write ISO 8601, ${example}`,
  },
]

/** A date has hyphens before digits too: an offset stands behind the T. */
export function hasOffset(text: string): boolean {
  if (lengthProblem(text) !== undefined) return false
  const timeAt = text.search(/T/i)
  return timeAt >= 0 && offsetAtEnd.test(text.slice(timeAt + 1))
}

/** Reads a time that names its offset. A date alone is refused: its midnight differs from place to place. */
export function readInstant(text: string): ReadTime {
  const parts = partsOf(text)
  if (parts === null) return { kind: 'problem', message: mistakeOf(text) ?? offsetRule }
  if (parts[8] === undefined) return { kind: 'problem', message: `has no offset, ${example}` }
  const message = clockProblem(text, parts)
  if (message !== undefined) return { kind: 'problem', message }
  return ok(DateTime.fromISO(text, { setZone: true }).toMillis())
}

function partsOf(text: string): RegExpExecArray | null {
  return lengthProblem(text) === undefined ? form.exec(text) : null
}

function mistakeOf(text: string): string | undefined {
  const long = lengthProblem(text)
  if (long !== undefined) return long
  const unseen = invisibleCharacter(text)
  if (unseen !== undefined) return `has ${unseen}; remove it`
  return mistakes.find(({ pattern }) => pattern.test(text))?.message
}

/** What is wrong with a time of the right form: a day or an hour that there is not. */
function clockProblem(text: string, parts: RegExpExecArray): string | undefined {
  const part = (at: number) => Number(parts[at] ?? 0)
  const day = { year: Number(text.slice(0, 4)), month: part(2), day: part(3) }
  const time = { hour: part(4), minute: part(6), second: part(7) }
  return dayProblem(day) ?? timeOfDayProblem(time, endOfDay.test(text))
}

interface Day {
  year: number
  month: number
  day: number
}

function dayProblem({ year, month, day }: Day): string | undefined {
  if (month < 1 || month > 12) return 'has a month that is not one of 01 to 12'
  const days = DateTime.utc(year, month).daysInMonth ?? 31
  if (month === 2 && day === 29 && days === 28) return 'is 29 February, and that year has none'
  if (day >= 1 && day <= days) return undefined
  return `has a day that its month does not have, whose days are 01 to ${days}`
}

interface TimeOfDay {
  hour: number
  minute: number
  second: number
}

function timeOfDayProblem(
  { hour, minute, second }: TimeOfDay,
  isEndOfDay: boolean,
): string | undefined {
  if (hour === 24 && !isEndOfDay) {
    return 'has hour 24, which is allowed only as 24:00:00; write hour 00 of the next day'
  }
  if (hour > 24) return 'has an hour that is not one of 00 to 23'
  if (minute > 59) return 'has a minute that is not one of 00 to 59'
  if (second === 60) {
    return 'has second 60, a leap second, which is not supported; write 59, or the next minute'
  }
  return second > 60 ? 'has a second that is not one of 00 to 59' : undefined
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
  const parts = partsOf(text)
  if (parts === null) return { kind: 'problem', message: mistakeOf(text) ?? localRule }
  const message = clockProblem(text, parts)
  if (message !== undefined) return { kind: 'problem', message }
  const wall = DateTime.fromISO(text, { zone: 'utc' })
  const zone = zoneNamed(timeZone)
  const [first] = zone === undefined ? [] : instantsOf(wall.toMillis(), zone)
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
function instantsOf(wallMs: number, zone: Zone): number[] {
  const offsets = new Set([zone.offset(wallMs - dayMs), zone.offset(wallMs + dayMs)])
  return [...offsets]
    .map((minutes) => ({ minutes, epochMs: wallMs - minutes * 60_000 }))
    .filter(({ minutes, epochMs }) => zone.offset(epochMs) === minutes)
    .map(({ epochMs }) => epochMs)
    .sort((a, b) => a - b)
}
