import type { ExportSummary } from '../../operations/export/export-rows.ts'
import type { Screen } from '../terminal/screen.ts'

export interface ExportedFile extends ExportSummary {
  file: string
}

export function presentExport(
  { exported, rows, file, complete }: ExportedFile,
  { line, paint }: Screen,
): void {
  if (complete) line(`${paint('green', 'exported')} ${presentRows(rows)} of ${exported} to ${file}`)
  else line(`stopped after ${presentRows(rows)} of ${exported}: ${file} was not written`)
}

export function presentExportProgress(rows: number): string {
  return presentRows(rows)
}

function presentRows(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`
}
