import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { Item } from '../../../../../src/ops/operations/import/item.ts'
import { itemsOf } from '../../../../../src/ops/operations/import/items-of.ts'

const number = '+18445791189'

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
  await Promise.resolve()
}

async function itemsOfCsv(text: string, chunkSize = 4_096): Promise<Item[]> {
  const items: Item[] = []
  const source = { file: 'a.csv', format: undefined }
  for await (const item of itemsOf(chunksOf(text, chunkSize), source)) items.push(item)
  return items
}

/** The values of items that all have to be intents. */
async function intentsOfCsv(text: string, chunkSize?: number): Promise<unknown[]> {
  const items = await itemsOfCsv(text, chunkSize)
  expect(items.filter(({ kind }) => kind === 'problem')).toEqual([])
  return items.flatMap((item) => (item.kind === 'intent' ? [item.value] : []))
}

async function problemsOfCsv(text: string): Promise<string[]> {
  return (await itemsOfCsv(text)).flatMap((item) =>
    item.kind === 'problem'
      ? [`line ${item.line}: ${item.problems.map(({ message }) => message).join()}`]
      : [],
  )
}

const lineEnd = fc.constantFrom('\n', '\r\n', '\r')
const cell = fc.oneof(
  fc.stringMatching(/^[a-z0-9+]{0,8}$/),
  fc.string({ unit: fc.constantFrom('a', 'ß', '"', ',', ' ', '\n', '\r\n', '\r', ';', "'") }),
)
const row = fc.tuple(cell, cell, cell, cell)
const columns = ['callId', 'callbackNumber', 'attributes.a', 'attributes.b']

/** A cell as a program writes it: quoted where it has to be, or for no reason. */
function written(text: string, quoted: boolean): string {
  return quoted || /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What is meant by it: spreadsheets leave blanks at the ends, and line ends within a cell are LF. */
function meant(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim()
}

function expected(cells: readonly string[]): unknown {
  const [callId = '', callbackNumber = '', a = '', b = ''] = cells.map(meant)
  const attributes = { ...(a !== '' && { a }), ...(b !== '' && { b }) }
  return {
    ...(callId !== '' && { callId }),
    ...(callbackNumber !== '' && { callbackNumber }),
    ...(a + b !== '' && { attributes }),
  }
}

describe('a CSV file', () => {
  it('comes out whole, whatever line ends it mixes and however it is cut', async () => {
    const rows = fc.array(fc.tuple(row, lineEnd, fc.boolean()), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(rows, lineEnd, fc.integer({ min: 1, max: 40 }), async (table, end, size) => {
        const text = table
          .map(([cells, rowEnd, quoted]) => cells.map((c) => written(c, quoted)).join(',') + rowEnd)
          .join('')
        const filled = table
          .map(([cells]) => cells)
          // Ten lines are the most of a record.
          .filter((cells) => cells.some((c) => meant(c) !== ''))
        fc.pre(table.every(([cells]) => cells.join('|').split(/\r\n?|\n/).length <= 10))
        const intents = await intentsOfCsv(`${columns.join(',')}${end}${text}`, size)
        expect(intents).toEqual(filled.map(expected))
      }),
      { numRuns: 500 },
    )
  })

  it('loses no character in silence, whatever it holds', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '1', '"', ',', ' ', '\n', '\r\n', '\r', '\t', ';', '\u00A0'),
      maxLength: 60,
    })
    const content = (any: unknown) => JSON.stringify(any).replace(/\\[nrt]|[^a1]/g, '')
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const items = await itemsOfCsv(`${columns.join(',')}\n${body}`)
        fc.pre(items.every(({ kind }) => kind === 'intent'))
        const values = items.flatMap((item) => (item.kind === 'intent' ? [item.value] : []))
        const cells = values.map((value) => texts(value))
        expect(content(cells)).toBe(content(body))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['CR', `callId,callbackNumber\rv1,${number}\rv2,${number}\r`],
    ['CR, none behind the last', `callId,callbackNumber\rv1,${number}\rv2,${number}`],
    ['CR and LF', `callId,callbackNumber\nv1,${number}\rv2,${number}\n`],
    ['CR behind the header, then LF', `callId,callbackNumber\rv1,${number}\nv2,${number}\n`],
    ['CR CR LF', `callId,callbackNumber\r\r\nv1,${number}\r\r\nv2,${number}\r\r\n`],
  ])('is read where its lines end in %s', async (_, text) => {
    expect(await intentsOfCsv(text)).toEqual([
      { callId: 'v1', callbackNumber: number },
      { callId: 'v2', callbackNumber: number },
    ])
  })

  it.each([
    ['sep=;\ncallId;callbackNumber;attributes.a\nv1;+1;"x;y"\n', { a: 'x;y' }],
    ['sep=;\r\n\r\ncallId;callbackNumber;attributes.a\r\nv1;+1;x,y\r\n', { a: 'x,y' }],
    ['\uFEFFSEP=|\ncallId|callbackNumber|attributes.a\nv1|+1|x,y\n', { a: 'x,y' }],
    ['"sep=,"\ncallId,callbackNumber,attributes.a\nv1,+1,x;y\n', { a: 'x;y' }],
    ['sep=\t\ncallId\tcallbackNumber\tattributes.a\nv1\t+1\tx\n', { a: 'x' }],
  ])('may say in a first line what is between its cells: %j', async (text, attributes) => {
    expect(await intentsOfCsv(text)).toEqual([{ callId: 'v1', callbackNumber: '+1', attributes }])
  })

  it.each([
    ['empty columns at its end', 'callId,callbackNumber,,\nv1,+1,,\nv2,+2,,\n'],
    ['empty cells at the end of a row', 'callId,callbackNumber\nv1,+1,,,\nv2,+2\n'],
    ['missing cells at the end of a row', 'callId,callbackNumber,delay,priority\nv1,+1\nv2,+2,\n'],
    ['a column without a name in its middle', 'callId,,callbackNumber\nv1,,+1\nv2,,+2\n'],
    ['rows of empty cells', 'callId,callbackNumber\nv1,+1\n,\n,,,\n \nv2,+2\n'],
    [
      'invisible spaces around cells',
      'callId, callbackNumber\u00A0\n\u200Bv1,\u202D+1\u202C\nv2\t,+2\u00A0\n',
    ],
    ['spaces within quotes', 'callId,callbackNumber\n" v1 ",+1\nv2,"+2\u00A0"\n'],
  ])('may have %s', async (_, text) => {
    expect(await intentsOfCsv(text)).toEqual([
      { callId: 'v1', callbackNumber: '+1' },
      { callId: 'v2', callbackNumber: '+2' },
    ])
  })

  it.each([
    [
      'a value behind the last column',
      'callId,callbackNumber\nv1,+1,5m\n',
      'line 2: has a value in cell 3, for which the header has no name',
    ],
    [
      'a value in a column without a name',
      'callId,,callbackNumber\nv1,x,+1\n',
      'line 2: has a value in cell 2, for which the header has no name',
    ],
    [
      'a last row that is short and has no end',
      'callId,callbackNumber,delay\nv1,+1,5m\nv2,+1844579',
      'line 3: has 2 cells of 3, and no line break after it: the file may be truncated. If it is not, end the line',
    ],
    [
      'a header that is cut off after sep=',
      'sep=;\ncallId;priority\n',
      'line 2: is the header, and lacks callbackNumber',
    ],
  ])('is refused with %s', async (_, text, problem) => {
    expect(await problemsOfCsv(text)).toEqual([problem])
  })
})

/** Every text in a value, in their order. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}
