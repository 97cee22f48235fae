import { describe, expect, it } from 'vitest'

import { minutesOf } from '../../../../../src/shared/store/history/minute.ts'

describe('the minutes of the history', () => {
  it('tell of deaths and of what is held by how many more there are than a minute before', () => {
    const minutes = minutesOf([
      ['60000-0', ['deadEver', '7', 'heldEver', '1']],
      ['120000-0', ['deadEver', '9', 'heldEver', '1']],
      ['180000-0', ['deadEver', '9', 'heldEver', '4']],
    ])
    expect(minutes.map(({ beganMs, dead, held }) => [beganMs, dead, held])).toEqual([
      [60_000, 0, 0],
      [120_000, 2, 0],
      [180_000, 0, 3],
    ])
  })

  it('count nothing below zero where the statistics were emptied', () => {
    const [, second] = minutesOf([
      ['60000-0', ['deadEver', '7']],
      ['120000-0', ['deadEver', '1']],
    ])
    expect(second?.dead).toBe(0)
  })

  it('are all zero where an entry says nothing', () => {
    const [minute] = minutesOf([['60000-0', []]])
    expect(minute).toMatchObject({ accepted: 0, booked: 0, failed: 0, due: 0, lateMs: 0 })
  })
})
