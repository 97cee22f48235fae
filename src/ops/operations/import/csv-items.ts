import { isUtf8 } from 'node:buffer'

import { nearestName } from '../../../shared/config/nearest-name.ts'
import { intentFields } from '../../../shared/contract/intent.ts'
import { trimInvisible } from '../../../shared/text/invisible.ts'
import { wholeNumberOrText } from '../../text/whole-number.ts'
import { parseCsvRecord } from './csv-record.ts'
import { lineProblem, notUtf8, tooLong, type Item } from './item.ts'
import { nextFilledLine, type LineSource } from './line-source.ts'
import type { Line } from './read-lines.ts'

/** A cell with line breaks goes over lines. More than this is a quote that was never closed. */
const maxLinesOfRecord = 10

const attributePrefix = 'attributes.'

/**
 * CSV: a header with names of intent fields (`attributes.x` for an attribute), then an intent a record. Without a header
 * that can be understood nothing else can be, so that ends it.
 */
export async function* csvItems(source: LineSource): AsyncGenerator<Item> {
  const first = await readHeaderLine(source)
  if (first === undefined) return
  const header = readHeader(first)
  if (header.kind === 'problem') {
    yield lineProblem(first.line.number, header.message)
    return
  }
  for (;;) {
    const line = await nextFilledLine(source)
    if (line === undefined) return
    const item = await readItem(line, source, header)
    if (item !== undefined) yield item
  }
}

interface HeaderLine {
  line: Line
  /** From a line before it, `sep=;`, as Excel writes and reads it. */
  delimiter: string | undefined
}

async function readHeaderLine(source: LineSource): Promise<HeaderLine | undefined> {
  const line = await nextFilledLine(source)
  if (line?.kind !== 'line') return line && { line, delimiter: undefined }
  const delimiter = /^"?sep=(.)"?[,;\t]*$/i.exec(line.bytes.toString('utf8'))?.[1]
  if (delimiter === undefined) return { line, delimiter }
  const next = await nextFilledLine(source)
  return next && { line: next, delimiter }
}

interface Header {
  kind: 'header'
  /** Empty for a column without a name, as spreadsheets leave them at the end. */
  columns: string[]
  delimiter: string
}

function readHeader({ line, delimiter }: HeaderLine): Header | Problem {
  const text = textOf(line)
  if (text.kind === 'problem') return text
  // No field's name has any of them. Semicolons are what Excel writes where the comma is the decimal point.
  const between = delimiter ?? /[,;\t]/.exec(text.value)?.[0] ?? ','
  const record = parseCsvRecord(text.value, between)
  if (record.kind === 'open') return { kind: 'problem', message: neverClosed }
  if (record.kind === 'problem') return record
  const columns = record.cells.map(trimInvisible)
  const wrong = headerProblem(columns)
  return wrong === undefined
    ? { kind: 'header', columns, delimiter: between }
    : { kind: 'problem', message: `is the header, and ${wrong}` }
}

function headerProblem(columns: readonly string[]): string | undefined {
  const unknown = columns.findIndex((column) => column !== '' && !isColumn(column))
  if (unknown >= 0) return unknownColumn(columns[unknown] ?? '', unknown + 1)
  const named = columns.filter((column) => column !== '')
  const twice = named.find((column, index) => named.indexOf(column) !== index)
  if (twice !== undefined) return `names ${twice} twice`
  const missing = ['callId', 'callbackNumber'].filter((field) => !columns.includes(field))
  return missing.length === 0 ? undefined : `lacks ${missing.join(' and ')}`
}

function isColumn(name: string): boolean {
  return name.startsWith(attributePrefix)
    ? name.length > attributePrefix.length
    : intentFields.includes(name)
}

/** A file without a header starts with a customer's number: only what looks like a name is repeated. */
function unknownColumn(name: string, position: number): string {
  const shown = /^[A-Za-z_][A-Za-z_.-]{0,39}$/.test(name) ? ` (${name})` : ''
  const nearest = shown === '' ? undefined : nearestName(name, intentFields)
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`
  return (
    `its column ${position}${shown} is not a field of an intent${meant}; the first line must name the fields, such as ` +
    'callId,callbackNumber,delay,attributes.campaign'
  )
}

/** Undefined for a record of empty cells, as spreadsheets leave them at the end. */
async function readItem(
  line: Line,
  source: LineSource,
  { columns, delimiter }: Header,
): Promise<Item | undefined> {
  const record = await readRecord(line, source, delimiter)
  if (record.kind !== 'ok') return lineProblem(line.number, record.message)
  const cells = record.cells.map(trimInvisible)
  if (cells.every((cell) => cell === '')) return undefined
  const wrong = cellsProblem(cells, columns, record.ended)
  if (wrong !== undefined) return lineProblem(line.number, wrong)
  return { kind: 'intent', line: line.number, value: intentOf(columns, cells) }
}

/** Cells that are missing at the end are empty ones; but where the file breaks off, its last cell may have been longer. */
function cellsProblem(
  cells: readonly string[],
  columns: readonly string[],
  ended: boolean,
): string | undefined {
  const nameless = cells.findIndex((cell, index) => cell !== '' && (columns[index] ?? '') === '')
  if (nameless >= 0) return `has a value in cell ${nameless + 1}, for which the header has no name`
  if (ended || cells.length >= columns.length) return undefined
  return (
    `has ${cells.length} cells of ${columns.length}, and no line break after it: ` +
    'the file may be truncated. If it is not, end the line'
  )
}

interface Problem {
  kind: 'problem'
  message: string
}

type CompleteRecord = { kind: 'ok'; cells: string[]; ended: boolean } | Problem

/** The record that starts with `line`. If it needs further lines and comes to nothing, those are given back. */
async function readRecord(
  line: Line,
  source: LineSource,
  delimiter: string,
): Promise<CompleteRecord> {
  const taken: Line[] = []
  const first = textOf(line)
  if (first.kind === 'problem') return first
  let { value: text, ended } = first
  let record = parseCsvRecord(text, delimiter)
  while (record.kind === 'open' && taken.length < maxLinesOfRecord - 1) {
    const next = await source.next()
    if (next === undefined) break
    taken.push(next)
    const further = textOf(next)
    if (further.kind === 'problem') break
    text += `\n${further.value}`
    ended = further.ended
    record = parseCsvRecord(text, delimiter)
  }
  if (record.kind === 'ok') return { ...record, ended }
  source.giveBack(taken)
  return taken.length > 0 || record.kind === 'open'
    ? { kind: 'problem', message: neverClosed }
    : record
}

const neverClosed = 'has an opening quote that is not closed correctly'

function textOf(line: Line): { kind: 'ok'; value: string; ended: boolean } | Problem {
  if (line.kind === 'too-long') return { kind: 'problem', message: tooLong }
  return isUtf8(line.bytes)
    ? { kind: 'ok', value: line.bytes.toString('utf8'), ended: line.ended }
    : { kind: 'problem', message: notUtf8 }
}

function intentOf(columns: readonly string[], cells: readonly string[]): unknown {
  const filled = columns
    .map((column, index) => [column, cells[index] ?? ''] as const)
    .filter(([, cell]) => cell !== '')
  const fields = filled
    .filter(([column]) => !column.startsWith(attributePrefix))
    .map(([column, cell]) => [column, valueOf(column, cell)] as const)
  const attributes = filled
    .filter(([column]) => column.startsWith(attributePrefix))
    .map(([column, cell]) => [column.slice(attributePrefix.length), cell] as const)
  return attributes.length === 0
    ? Object.fromEntries(fields)
    : { ...Object.fromEntries(fields), attributes: Object.fromEntries(attributes) }
}

/** What cannot be converted stays a text, and the intent's own validation says what it should have been. */
function valueOf(column: string, cell: string): unknown {
  switch (column) {
    case 'isPreviewCallback':
      return truth.get(cell.toLowerCase()) ?? cell
    case 'priority':
    case 'v':
      return wholeNumberOrText(cell)
    default:
      return cell
  }
}

/** Spreadsheets write them in capitals. */
const truth = new Map([
  ['true', true],
  ['false', false],
])
