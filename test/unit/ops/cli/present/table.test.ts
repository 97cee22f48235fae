import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { textTable } from '../../../../../src/ops/cli/present/table.ts'
import { cutText, foldText } from '../../../../../src/shared/text/fold-text.ts'

const head = ['id', 'code', 'message']
const rows = [
  ['order-4711', 'http-400', 'Salesforce answered 400: INVALID_INPUT the call is not known.'],
  ['b', 'expired', 'It was not sent before expiresAt.'],
]

describe('a table', () => {
  it('is one line a row where there is room, or no terminal', () => {
    const whole = textTable(head, rows)
    expect(whole.split('\n')).toEqual([
      'id          code      message',
      'order-4711  http-400  Salesforce answered 400: INVALID_INPUT the call is not known.',
      'b           expired   It was not sent before expiresAt.',
    ])
    expect(textTable(head, rows, 83)).toBe(whole)
  })

  it('folds its last column on a narrower terminal', () => {
    expect(textTable(head, rows, 60).split('\n')).toEqual([
      'id          code      message',
      'order-4711  http-400  Salesforce answered 400: INVALID_INPUT',
      '                      the call is not known.',
      'b           expired   It was not sent before expiresAt.',
    ])
  })

  it('gives each row lines of its own where that does not help', () => {
    expect(textTable(head, rows, 40).split('\n')).toEqual([
      'order-4711',
      '  code: http-400, message: Salesforce',
      '  answered 400: INVALID_INPUT the call',
      '  is not known.',
      'b',
      '  code: expired, message: It was not',
      '  sent before expiresAt.',
    ])
  })

  it('never is wider than its terminal, and leaves nothing out', () => {
    const word = fc.stringMatching(/^[a-z]{0,90}$/)
    const table = fc.array(fc.tuple(word, word, word), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(table, fc.integer({ min: 30, max: 120 }), (cells, columns) => {
        const text = textTable(head, cells, columns)
        for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
        const squeezed = text.replaceAll(/\s/g, '')
        const kept = (cell: string) => squeezed.includes(cell) || cell.length > columns - 30
        expect(cells.flat().every(kept)).toBe(true)
      }),
    )
  })
})

it('a folded text has the same words, and a cut one says that it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,30}$/)),
      fc.integer({ min: 5, max: 40 }),
      (words, width) => {
        const lines = foldText(words.join(' '), width)
        expect(lines.every((line) => line.length <= width)).toBe(true)
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''))
      },
    ),
  )
  expect([cutText('abc', 3), cutText('abcd', 3)]).toEqual(['abc', 'ab…'])
})
