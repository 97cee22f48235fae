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
    ['2026-02-26T24:00:00Z', '2026-02-27T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(readInstant(text)).toEqual({ kind: 'ok', epochMs: Date.parse(instant) })
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
