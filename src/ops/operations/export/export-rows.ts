import type { StoreConfig } from '../../../shared/config/config.ts'
import { withPartitions, type Partitions } from '../destination/any-destination.ts'
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

/** Writes all rows of a range, oldest first; of a destination in partitions, those of one after those of the other. */
export function exportRows(
  config: StoreConfig,
  request: ExportRequest,
  { write, stopped, progressed }: ExportDeps,
): Promise<ExportSummary> {
  const { what, format } = request
  return withPartitions(config, request.destination, async (stores) => {
    let rows = 0
    const { destination } = stores[0].ref
    const unseal = request.reveal ? await unsealHere(config, destination) : undefined
    if (format === 'csv') await write(csvHeader(columns[what]))
    for await (const page of rowsOfAll(stores, { ...request, unseal })) {
      if (stopped.aborted) break
      if (page.length > 0) await write(page.map((row) => lineOf(row, request)).join(''))
      rows += page.length
      progressed(rows)
    }
    return { destination, exported: what, rows, complete: !stopped.aborted }
  })
}

async function* rowsOfAll(stores: Partitions, request: ExportRequest): AsyncGenerator<Row[]> {
  for (const store of stores) yield* rowsOf(request.what, store, request)
}

function lineOf(row: Row, { what, format }: ExportRequest): string {
  return format === 'csv' ? csvLine(row, columns[what]) : jsonLine(row)
}
