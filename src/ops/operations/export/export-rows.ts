import type { StoreConfig } from '../../../shared/config/config.ts'
import { withAnyDestination } from '../destination/any-destination.ts'
import type { Format } from '../import/format.ts'
import { csvHeader, csvLine, jsonLine } from './lines.ts'
import { unsealHere } from '../seal-keys/unseal-here.ts'
import { columns, rowsOf, type Exported, type Range, type Row } from './rows.ts'

export interface ExportRequest extends Range {
  what: Exported
  destination?: string | undefined
  format: Format
}

/** What an export came to. */
export interface ExportSummary {
  destination: string
  exported: Exported
  rows: number
  /** False: it was stopped before the end. */
  complete: boolean
}

export interface ExportDeps {
  /** Resolves when there is room for more: no more than a page is ever in memory. */
  write: (text: string) => Promise<void>
  stopped: AbortSignal
  progressed: (rows: number) => void
}

/** Writes all rows of a range, oldest first. */
export function exportRows(
  config: StoreConfig,
  request: ExportRequest,
  { write, stopped, progressed }: ExportDeps,
): Promise<ExportSummary> {
  const { what, format } = request
  return withAnyDestination(config, request.destination, async (store) => {
    let rows = 0
    const unseal = request.reveal ? await unsealHere(config, store.ref.destination) : undefined
    if (format === 'csv') await write(csvHeader(columns[what]))
    for await (const page of rowsOf(what, store, { ...request, unseal })) {
      if (stopped.aborted) break
      if (page.length > 0) await write(page.map((row) => lineOf(row, request)).join(''))
      rows += page.length
      progressed(rows)
    }
    const { destination } = store.ref
    return { destination, exported: what, rows, complete: !stopped.aborted }
  })
}

function lineOf(row: Row, { what, format }: ExportRequest): string {
  return format === 'csv' ? csvLine(row, columns[what]) : jsonLine(row)
}
