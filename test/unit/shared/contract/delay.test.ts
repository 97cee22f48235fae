import { describe, expect, it } from 'vitest'

import { readDelay } from '../../../../src/shared/contract/delay.ts'
import { parseIntent } from '../../../../src/shared/contract/intent.ts'
import { intentOf, least } from './sample-intent.ts'

describe('a delay', () => {
  it.each<[number | string, number]>([
    [300_000, 300_000],
    ['300000', 300_000],
    ['5m', 300_000],
    ['300s', 300_000],
    ['PT5M', 300_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['P1W', 604_800_000],
    ['P366D', 31_622_400_000],
  ])('is read from %j, wherever it is written', (delay, ms) => {
    expect(readDelay(delay)).toEqual({ kind: 'ok', ms })
    expect(intentOf({ ...least, delay })).toEqual(intentOf({ ...least, delay: ms }))
  })

  it.each([
    ['P1M', /^has years or months, whose length varies; write days, such as P30D/],
    ['P1Y', /^has years or months/],
    ['P1M2D', /^has years or months/],
    ['P1Y2DT3H', /^has years or months/],
    ['-5m', /^is negative/],
    ['−5m', /^is negative/],
    ['-PT5M', /^is negative/],
    ['PT-5M', /^is negative/],
    ['pt5m', /^is ISO 8601 in lower case; write capitals/],
    ['00:05:00', /^looks like a time of day/],
    ['1:30', /^looks like a time of day/],
    ['5m30s', /^has several units; write one, such as 330s/],
    ['1h 30m', /^has several units/],
    ['5 m', /^has a unit that is not one of ms, s, m, h and d/],
    ['5M', /^has a unit that is not one of ms, s, m, h and d/],
    ['5min', /^has a unit that is not one of ms, s, m, h and d/],
    ['5 minutes', /^has a unit that is not one of ms, s, m, h and d/],
    ['1,5h', /^has a unit that is not one of|^must be a number of ms/],
    ['1.5', /^has a fraction and no unit/],
    [' 5m', /^has a space at its beginning or end/],
    ['367d', /^is longer than 366 days/],
    ['9'.repeat(20), /^is longer than 366 days/],
    ['five minutes', /^must be a number of ms, a duration such as/],
    ['PT', /^must be a number of ms, a duration such as/],
    ['P1DT', /^must be a number of ms, a duration such as/],
    ['', /^must be a number of ms, a duration such as/],
  ])('%j is refused with the reason', (delay, words) => {
    expect(readDelay(delay)).toEqual({
      kind: 'problem',
      message: expect.stringMatching(words) as unknown,
    })
  })

  it.each([Number.NaN, Infinity, -Infinity, -1, 0.5])('of %d is refused', (delay) => {
    expect(parseIntent({ ...least, delay })).toMatchObject({ problems: [{ field: 'delay' }] })
  })
})
