import { describe, expect, it } from 'vitest'

import { askedLetters, isFiltered } from '../../../../src/ops/console/asked-letters.ts'

const nowMs = Date.parse('2026-02-26T15:40:52Z')

describe('what an address asks for', () => {
  it('is a filter as the commands have it, its times made absolute', () => {
    const asked = askedLetters(
      {
        reason: ['exhausted'],
        code: ['timeout'],
        since: ['2h'],
        until: ['2026-02-26T15:00:00Z'],
        attribute: ['queue=a=b'],
        doubtful: ['yes'],
      },
      nowMs,
    )
    expect(asked.problems).toEqual([])
    expect(asked.filter).toEqual({
      reason: 'exhausted',
      code: 'timeout',
      sinceMs: nowMs - 7_200_000,
      untilMs: Date.parse('2026-02-26T15:00:00Z'),
      attributes: [{ name: 'queue', value: 'a=b' }],
      possibleDuplicates: true,
    })
  })

  it('is everything where fields are left empty', () => {
    const { typed, problems } = askedLetters({ reason: [''], since: [' '], doubtful: [] }, nowMs)
    expect(problems).toEqual([])
    expect(isFiltered(typed)).toBe(false)
  })

  it.each([
    [{ reason: ['toString'] }, 'There is no such reason.'],
    [{ since: ['yesterday'] }, '“since” is not understood.'],
    [{ until: ['2026-02-26T15:00:00'] }, '“until” is not understood.'],
    [{ attribute: ['queue'] }, 'name=value'],
  ])('is refused in a sentence where it cannot be: %j', (queries, sentence) => {
    expect(askedLetters(queries, nowMs).problems.join(' ')).toContain(sentence)
  })

  it.each([{ code: ['+18445791189'] }, { attribute: ['phone=+18445791189'] }])(
    'is refused, and not written into a link again, where it holds a number: %j',
    (queries) => {
      const { typed, problems } = askedLetters(queries, nowMs)
      expect(problems.join(' ')).toContain('A phone number is not looked for here')
      expect(JSON.stringify([typed, problems])).not.toContain('8445791189')
    },
  )
})
