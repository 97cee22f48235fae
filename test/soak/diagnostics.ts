import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { maskRecord } from '../../src/ops/operations/status/shown-record.ts'
import type { CallbackStatus } from '../../src/shared/store/ledger/callback-record.ts'
import type { BookingFact, Violations, PublishedEnd } from './audit.ts'

export interface Sources {
  folder: string
  ledger: ReadonlyMap<string, CallbackStatus>
  results: readonly PublishedEnd[]
  bookings: readonly (BookingFact & { bookedAt: string })[]
  say: (line: string) => void
}

const maxCallbacks = 3
const maxLogLines = 40

/** All that is known about the first few callbacks for which a promise was broken. Numbers are masked. */
export function printDiagnostics(violations: Violations, sources: Sources): void {
  const ids = Object.values<string[]>({ ...violations }).flat()
  if (ids.length === 0) return
  for (const id of [...new Set(ids)].slice(0, maxCallbacks)) printCallback(id, sources)
}

function printCallback(id: string, { folder, ledger, results, bookings, say }: Sources): void {
  const record = ledger.get(id)
  say(`── ${id}: the ledger`)
  say(record === undefined ? 'knows nothing of it' : JSON.stringify(maskRecord(record)))
  say(`── ${id}: Salesforce`)
  for (const { callId, recordId, bookedAt } of bookings) {
    if (callId === id || recordId === record?.recordId) say(`${bookedAt} ${recordId} for ${callId}`)
  }
  say(`── ${id}: the results`)
  for (const published of results) if (published.id === id) say(JSON.stringify(published))
  say(`── ${id}: the workers' logs`)
  for (const line of logLinesOf(id, folder)) say(line)
}

/** The logs mask numbers themselves. */
function logLinesOf(id: string, folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => linesOf(join(folder, name)).map((line) => `${name} ${line}`))
    .filter((line) => line.includes(`"${id}"`))
    .slice(0, maxLogLines)
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n')
}
