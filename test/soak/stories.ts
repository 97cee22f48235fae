import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { maskRecord } from '../../src/ops/operations/status/shown-record.ts'
import type { CallbackRecord } from '../../src/shared/store/ledger/callback-record.ts'
import type { BookingFact, Broken, Told } from './reckoning.ts'

export interface Sources {
  folder: string
  ledger: ReadonlyMap<string, CallbackRecord>
  results: readonly Told[]
  bookings: readonly (BookingFact & { bookedAt: string })[]
  say: (line: string) => void
}

const mostStories = 3
const mostLogLines = 40

/** All that is known about the first few callbacks for which a promise was broken. No number is told. */
export function tellStories(broken: Broken, sources: Sources): void {
  const ids = Object.values<string[]>({ ...broken }).flat()
  if (ids.length === 0) return
  for (const id of [...new Set(ids)].slice(0, mostStories)) tellStory(id, sources)
}

function tellStory(id: string, { folder, ledger, results, bookings, say }: Sources): void {
  const record = ledger.get(id)
  say(`── ${id}: the ledger`)
  say(record === undefined ? 'knows nothing of it' : JSON.stringify(maskRecord(record)))
  say(`── ${id}: Salesforce`)
  for (const { callId, recordId, bookedAt } of bookings) {
    if (callId === id || recordId === record?.recordId) say(`${bookedAt} ${recordId} for ${callId}`)
  }
  say(`── ${id}: the results`)
  for (const told of results) if (told.id === id) say(JSON.stringify(told))
  say(`── ${id}: the workers' logs`)
  for (const line of logLinesOf(id, folder)) say(line)
}

/** The logs mask numbers themselves. */
function logLinesOf(id: string, folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .flatMap((name) => linesOf(join(folder, name)).map((line) => `${name} ${line}`))
    .filter((line) => line.includes(`"${id}"`))
    .slice(0, mostLogLines)
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n')
}
