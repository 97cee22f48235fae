import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseCsvRecord } from '../../../../../src/ops/operations/import/csv-record.ts'

describe('parseCsvRecord', () => {
  it.each<[string, string[]]>([
    ['', ['']],
    ['a,b', ['a', 'b']],
    ['a,,', ['a', '', '']],
    [' a , "b" ,c ', ['a', 'b', 'c']],
    ['"a,b","c ""d"" e"', ['a,b', 'c "d" e']],
    ['"",""""', ['', '"']],
    ['"a\nb",c', ['a\nb', 'c']],
  ])('reads %j', (text, cells) => {
    expect(parseCsvRecord(text, ',')).toEqual({ kind: 'ok', cells })
  })

  it.each([
    ['"a', 'open'],
    ['a,"b ""', 'open'],
    ['"a"b', 'problem'],
    ['a"b', 'problem'],
    ['"a" "b"', 'problem'],
  ])('finds that %j is %s', (text, kind) => {
    expect(parseCsvRecord(text, ',').kind).toBe(kind)
  })

  it('reads back whatever was written as RFC 4180 says, at any delimiter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.constantFrom(',', ';', '\t'),
        (cells, delimiter) => {
          const text = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)
          expect(parseCsvRecord(text, delimiter)).toEqual({ kind: 'ok', cells })
        },
      ),
    )
  })

  it('never repeats a cell in what it says is wrong', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9"', ]{1,30}$/), (text) => {
        const record = parseCsvRecord(text, ',')
        if (record.kind === 'problem') expect(record.message).not.toMatch(/\d/)
      }),
    )
  })

  it('reads a cell of a hundred thousand quotes', () => {
    const quotes = '"'.repeat(100_000)
    expect(parseCsvRecord(`"${quotes}${quotes}"`, ',')).toEqual({ kind: 'ok', cells: [quotes] })
  })
})
