import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { csvHeader, csvLine, jsonLine } from '../../../../../src/ops/operations/export/lines.ts'

describe('a line of JSON Lines', () => {
  it('leaves out what is not known, and shows no control character', () => {
    expect(jsonLine({ id: 'a', code: undefined, raw: 'x\u009b2J' })).toBe(
      '{"id":"a","raw":"x\\u009b2J"}\n',
    )
  })
})

describe('a line of CSV', () => {
  const columns = ['id', 'attempts', 'verified', 'number', 'attributes']

  it('has a cell for each column, empty for what is not known, and attributes as JSON', () => {
    const row = { id: 'a', attempts: 2, verified: false, attributes: { campaign: 'x, "y"' } }
    expect(csvHeader(columns)).toBe('id,attempts,verified,number,attributes\r\n')
    expect(csvLine(row, columns)).toBe('a,2,false,,"{""campaign"":""x, \\""y\\""""}"\r\n')
  })

  it.each(['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\tx', '\r=1'])(
    'makes no formula of %j for a spreadsheet',
    (id) => {
      const [cells] = parse(csvLine({ id }, ['id']), { record_delimiter: '\r\n' })
      expect(cells).toEqual([`'${id}`])
    },
  )

  it.each(['+18445791189', '+18•••89', '-5'])('leaves the number %s as it is', (number) => {
    expect(csvLine({ number }, ['number'])).toBe(`${number}\r\n`)
  })

  it('gives back every text that is no formula', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/^[=+\-@\t\r]/.test(text))
        const line = csvLine({ first: text, second: 'x' }, ['first', 'second'])
        expect(parse(line, { record_delimiter: '\r\n' })).toEqual([[text, 'x']])
      }),
    )
  })
})
