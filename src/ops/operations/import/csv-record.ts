import { CsvError, parse } from 'csv-parse/sync'

export type CsvRecord =
  | { kind: 'ok'; cells: string[] }
  /** Ends inside a quoted cell: the record may go on with the next line. */
  | { kind: 'open' }
  | { kind: 'problem'; message: string }

/** The parser's own messages repeat the cell, which may be a customer's number. */
const messages: Partial<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'has text after the closing quote of a cell',
  INVALID_OPENING_QUOTE: 'has a quote inside a cell that does not start with one',
}

/** The one line end that is left in a record: those around it are taken away by whoever reads the lines. */
const options = { record_delimiter: '\n', trim: true, relax_column_count: true }

/**
 * One record by RFC 4180. Blanks around a cell are not part of it. Record by record rather than the file as a whole: there
 * one broken quote costs the thousands of lines up to the next one.
 */
export function parseCsvRecord(text: string, delimiter: string): CsvRecord {
  try {
    const records: string[][] = parse(text, { ...options, delimiter })
    if (records.length > 1) return { kind: 'problem', message: 'holds more than one record' }
    return { kind: 'ok', cells: records[0] ?? [''] }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return { kind: 'open' }
    return { kind: 'problem', message: messages[error.code] ?? 'is not CSV' }
  }
}
