import Table from 'cli-table3'

import type { SoakArguments } from './arguments.ts'
import type { FaultCounts } from './inflict.ts'
import type { Decisions } from './operators.ts'
import { keepsItsPromises, type Reckoning } from './reckoning.ts'

/** How a soak went, from beginning to end. */
export interface SoakReport {
  soak: Omit<SoakArguments, 'json'>
  seconds: number
  faults: FaultCounts
  /** How requests ended at the sandbox: by status, or without an answer. */
  answers: Record<string, number>
  producers: { duplicates: number; refused: Record<string, number>; unanswered: number }
  operators: Decisions
  reckoning: Reckoning
  /** Workers that ended by themselves, or not when they were told to. */
  crashes: readonly string[]
  passed: boolean
}

export function passes(reckoning: Reckoning, crashes: readonly string[]): boolean {
  return keepsItsPromises(reckoning) && crashes.length === 0
}

/** For people: the ledger first, then what it went through. */
export function reportAsText(report: SoakReport): string {
  const { faults, answers, operators, producers, crashes, soak, seconds, passed } = report
  return [
    ledgerTable(report.reckoning),
    `Faults: ${counted(faults)}.`,
    `Answers of the sandbox: ${counted(answers)}.`,
    `Producers: ${producers.unanswered} without an answer and made again, ${producers.duplicates} duplicates, refused: ${counted(producers.refused)}.`,
    `Operators: ${operators.redriven} redriven, ${operators.resolvedBooked} resolved as booked, ${operators.resolvedNotBooked} as not booked.`,
    ...(crashes.length > 0
      ? [`Workers that did not end as they should: ${crashes.join('; ')}.`]
      : []),
    `${passed ? 'Passed' : 'FAILED'} after ${seconds} s. Again: npm run soak -- --minutes ${soak.minutes} --callbacks ${soak.callbacks} --seed ${soak.seed}`,
  ].join('\n')
}

function ledgerTable(reckoning: Reckoning): string {
  const table = new Table({
    head: ['', 'callbacks', 'must be 0'],
    colAligns: ['left', 'right', 'left'],
    style: { head: [], border: [] },
  })
  table.push(
    ['accepted', reckoning.accepted, ''],
    ['booked', reckoning.booked, ''],
    ...Object.entries(reckoning.dead).map(([reason, count]) => [`dead: ${reason}`, count, '']),
    ['cancelled', reckoning.cancelled, ''],
    ['possible duplicates (marked)', reckoning.possibleDuplicates, ''],
    ['duplicates at the sandbox', reckoning.duplicates, ''],
    ['taken for each other by a search', reckoning.takenForEachOther, ''],
    brokenRow('lost', reckoning.lost),
    brokenRow('unmarked duplicates', reckoning.unmarkedDuplicates),
    brokenRow('booked by no ContactRequest', reckoning.bookedByNothing),
    brokenRow('dead, and booked in silence', reckoning.bookedInSilence),
  )
  return table.toString()
}

const shownIds = 5

function brokenRow(name: string, ids: readonly string[]): [string, number, string] {
  const some = ids.slice(0, shownIds).join(' ')
  return [name, ids.length, ids.length === 0 ? 'kept' : `BROKEN: ${some}`]
}

function counted(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}
