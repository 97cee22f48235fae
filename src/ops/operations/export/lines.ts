import { printable } from '../../../shared/text/printable.ts'
import type { Cell, Row } from './rows.ts'

/** A row as a line of JSON Lines. What is not known is left out. */
export function jsonLine(row: Row): string {
  return `${printable(JSON.stringify(row))}\n`
}

/** The first line of a CSV file. */
export function csvHeader(columns: readonly string[]): string {
  return csvRecord(columns)
}

/** By RFC 4180. Attributes are JSON. */
export function csvLine(row: Row, columns: readonly string[]): string {
  return csvRecord(columns.map((column) => textOf(row[column])))
}

function textOf(cell: Cell): string {
  if (cell === undefined) return ''
  return harmless(typeof cell === 'object' ? JSON.stringify(cell) : String(cell))
}

/**
 * A spreadsheet takes a cell that begins so for a formula, and runs what a stranger wrote. The apostrophe makes it text. A
 * number, masked or not, is none.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-][\d•]*$/.test(text) ? `'${text}` : text
}

function csvRecord(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
