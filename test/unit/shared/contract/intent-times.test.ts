import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'

import { readInstant, readLocalTime } from '../../../../src/shared/contract/intent-times.ts'

describe('readInstant', () => {
  it.each([
    ['2026-02-26T15:40:52Z', '2026-02-26T15:40:52.000Z'],
    ['2026-02-26t15:40:52z', '2026-02-26T15:40:52.000Z'],
    ['2026-02-26T16:40:52+01:00', '2026-02-26T15:40:52.000Z'],
    ['2026-02-26T16:40:52.5+0100', '2026-02-26T15:40:52.500Z'],
    ['2026-02-26T10:10-05:30', '2026-02-26T15:40:00.000Z'],
    ['2026-02-26T15+00', '2026-02-26T15:00:00.000Z'],
    ['20260226T154052Z', '2026-02-26T15:40:52.000Z'],
    ['20260226T15:40:52Z', '2026-02-26T15:40:52.000Z'],
    ['2026-02-26T154052,25Z', '2026-02-26T15:40:52.250Z'],
    ['2026-02-26T15:40:52.123456789Z', '2026-02-26T15:40:52.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-02-26T15:40:52-00:00', '2026-02-26T15:40:52.000Z'],
    ['2026-02-26T24:00Z', '2026-02-27T00:00:00.000Z'],
    ['2026-12-31T240000.000Z', '2027-01-01T00:00:00.000Z'],
    ['2026-02-26T24:00:00Z', '2026-02-27T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(readInstant(text)).toEqual({ kind: 'ok', epochMs: Date.parse(instant) })
  })
})

const mistakes: [string, RegExp][] = [
  ['2027-02-29T10:00:00Z', /^is 29 February, and that year has none$/],
  ['2100-02-29T10:00:00Z', /^is 29 February, and that year has none$/],
  ['2026-02-30T10:00:00Z', /^has a day that its month does not have, whose days are 01 to 28$/],
  ['2026-04-31T10:00:00Z', /^has a day that is not one of 01 to 30/],
  ['2026-04-00T10:00:00Z', /^has a day that is not one of 01 to 30/],
  ['2026-13-01T10:00:00Z', /^has a month that is not one of 01 to 12$/],
  ['2026-00-01T10:00:00Z', /^has a month that is not one of 01 to 12$/],
  ['2026-12-31T23:59:60Z', /^has second 60, a leap second/],
  ['2026-12-31T23:59:61Z', /^has a second that is not one of 00 to 59$/],
  ['2026-12-31T23:60:00Z', /^has a minute that is not one of 00 to 59$/],
  ['2026-12-31T24:30:00Z', /^has hour 24, which is allowed only as 24:00:00/],
  ['2026-12-31T24:00:00.5Z', /^has hour 24, which is allowed only as 24:00:00/],
  ['2026-12-31T25:00Z', /^has an hour that is not one of 00 to 23$/],
  ['2026-02-26T16:40:52+01:00[Europe/Vienna]', /^has a zone in brackets after it/],
  ['2027T15:00Z', /^has no day: a time of day needs year, month and day$/],
  ['2027-02T15:00Z', /^has no day/],
  ['202702T15:00Z', /^has no day/],
  ['2026-W09-4T15:00Z', /^counts weeks or days of the year/],
  ['2026-057T15:00Z', /^counts weeks or days of the year/],
  ['2026057T15:00Z', /^counts weeks or days of the year/],
  ['2026-02-26', /^is a date without a time/],
  ['2026-02-26 15:40:52Z', /^has no T between date and time/],
  ['2026-02-26T15:40:52 +01:00', /^has a space before its offset/],
  ['2026-02-26T15:40:52CET', /^has an offset that does not exist/],
  ['2026-02-26T15:40:52+25:00', /^has an offset that does not exist/],
  ['2026-02-26T15:40:52+01:60', /^has an offset that does not exist/],
  ['2026-02-26T15:40:52+1', /^has an offset that does not exist/],
  ['2026-2-6T9:00Z', /^has a part with one digit/],
  ['26.02.2026 15:40', /^does not begin with its year/],
  ['02/26/2026 15:40', /^does not begin with its year/],
  ['1772120452', /^is a count of seconds or ms since 1970/],
  ['1772120452000', /^is a count of seconds or ms since 1970/],
  [' 2026-02-26T15:40:52Z', /^has a space at its beginning or end/],
  ['2026-02-26T15:40:52Z\u200B', /^has an invisible character, U\+200B \(a zero-width space\)/],
  ['2026-02-26T15:40:52\u2212 01:00', /^must be |^has a space before/],
  ['+002026-02-26T15:40:52Z', /^must be in a year of four digits$/],
  ['2026-0226T15:40:52Z', /^must be ISO 8601/],
  ['2026-02-26T15:4052Z', /^must be ISO 8601/],
  ['2026-02-26T15:40.5Z', /^must be ISO 8601/],
  ['tomorrow', /^must be ISO 8601/],
  ['T15:00Z', /^must be ISO 8601/],
  ['', /^must be ISO 8601/],
]

describe('what is said of a time that is none', () => {
  it.each(mistakes)('%j: %s', (text, words) => {
    expect(readInstant(text)).toEqual({
      kind: 'problem',
      message: expect.stringMatching(words) as unknown,
    })
  })

  it.each([
    ['2027-02-29T10:00', /^is 29 February, and that year has none$/],
    ['2027T15:00', /^has no day/],
    ['2026-02-26T23:59:60', /^has second 60/],
    ['2026-02-26T24:01', /^has hour 24/],
    ['2026-02-26 15:40', /^has no T between date and time/],
    ['26.02.2026 15:40', /^does not begin with its year/],
  ])('%j, in a zone: %s', (text, words) => {
    expect(readLocalTime(text, 'Europe/Vienna')).toEqual({
      kind: 'problem',
      message: expect.stringMatching(words) as unknown,
    })
  })

  it('is said of nothing that JavaScript writes, and of every text something', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        (date) => {
          expect(readInstant(date.toISOString())).toEqual({ kind: 'ok', epochMs: date.getTime() })
        },
      ),
    )
    const typed = fc.string({ unit: fc.constantFrom(...Array.from('0123456789-:TZ+ .W[]')) })
    fc.assert(
      fc.property(fc.oneof(typed, fc.string()), (text) => {
        const time = readInstant(text)
        if (time.kind === 'ok') expect(Number.isSafeInteger(time.epochMs)).toBe(true)
        else expect(time.message).not.toMatch(/\d{5}(?!Z)/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('readLocalTime', () => {
  it.each([
    ['Europe/Vienna', '2026-02-26T15:40:52', '2026-02-26T14:40:52.000Z'],
    ['America/New_York', '2026-07-04T09:00', '2026-07-04T13:00:00.000Z'],
    ['Asia/Kathmandu', '2026-02-26T15:40', '2026-02-26T09:55:00.000Z'],
    ['UTC', '2026-02-26T15:40:52.001', '2026-02-26T15:40:52.001Z'],
  ])('reads in %s the time %s as %s', (zone, text, instant) => {
    expect(readLocalTime(text, zone)).toEqual({ kind: 'ok', epochMs: Date.parse(instant) })
  })

  it.each([
    ['Europe/Vienna', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['Antarctica/Troll', '2026-10-25T01:30', '2026-10-24T23:30:00.000Z'],
  ])('takes in %s, where %s happens twice, the first: %s', (zone, text, instant) => {
    expect(readLocalTime(text, zone)).toEqual({ kind: 'ok', epochMs: Date.parse(instant) })
  })

  it.each([
    ['Europe/Vienna', '2026-03-29T02:30'],
    ['America/New_York', '2026-03-08T02:00'],
    ['Australia/Lord_Howe', '2026-10-04T02:15'],
    ['Antarctica/Troll', '2026-03-29T02:59:59.999'],
    ['Pacific/Apia', '2011-12-30T12:00'],
  ])('refuses in %s the time %s, which the clocks skip', (zone, text) => {
    expect(readLocalTime(text, zone)).toMatchObject({ kind: 'problem' })
  })

  it('gives back, for what any clock of a zone shows, that instant or an earlier one that looks the same', () => {
    const zones = fc.constantFrom(
      ...['Europe/Vienna', 'Europe/Dublin', 'Africa/Casablanca', 'America/St_Johns'],
      ...['Australia/Lord_Howe', 'Antarctica/Troll', 'Pacific/Apia', 'Asia/Kathmandu', 'UTC'],
    )
    const instants = fc.integer({ min: Date.UTC(2011, 0), max: Date.UTC(2050, 0) })
    fc.assert(
      fc.property(zones, instants, (zone, at) => {
        const shown = wallClock(at, zone)
        const read = readLocalTime(shown, zone)
        expect(read.kind).toBe('ok')
        const { epochMs } = read as Extract<typeof read, { kind: 'ok' }>
        expect(epochMs).toBeLessThanOrEqual(at)
        expect(at - epochMs).toBeLessThanOrEqual(2 * 3_600_000)
        expect(wallClock(epochMs, zone)).toBe(shown)
      }),
      { numRuns: 1_000 },
    )
  })
})

function wallClock(epochMs: number, zone: string): string {
  return DateTime.fromMillis(epochMs, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS")
}
