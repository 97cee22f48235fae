import Table from 'cli-table3'

import type { SoakArguments } from './arguments.ts'
import { destinations } from './destinations.ts'
import type { HostileCounts } from './hostile.ts'
import type { FaultCounts } from './inject-faults.ts'
import type { Controls } from './controllers.ts'
import type { Decisions } from './operators.ts'
import { hasNoViolations, type Violations, type Audit, type Tally } from './audit.ts'

export type Plan = Pick<SoakArguments, 'minutes' | 'callbacks' | 'seed'>

/** How a soak went, from beginning to end. */
export interface SoakReport {
  soak: Plan
  seconds: number
  faults: FaultCounts
  /** How requests ended at the sandbox: by status, or without an answer. */
  answers: Record<string, number>
  producers: { duplicates: number; refused: Record<string, number>; unanswered: number }
  operators: Decisions
  controllers: Controls
  /** Entries of somebody hostile that Redis took, by kind, and how many ends the results have of them. */
  hostile: { sent: HostileCounts; ends: number }
  strays: Strays
  audit: Audit
  /** Workers that ended by themselves, or not when they were told to. */
  crashes: readonly string[]
  passed: boolean
}

/** What nobody served for longer than the grace. */
export interface Strays {
  buried: number
  /** Some must have been: they were old enough, and there was time to walk by. */
  expected: boolean
}

export function passes({
  audit,
  strays,
  crashes,
}: Pick<SoakReport, 'audit' | 'strays' | 'crashes'>): boolean {
  if (strays.expected && strays.buried === 0) return false
  return hasNoViolations(audit) && crashes.length === 0
}

export function commandAgain({ minutes, callbacks, seed }: Plan): string {
  return `npm run soak -- --minutes ${minutes} --callbacks ${callbacks} --seed ${seed}`
}

/** For people: the ledger first, then what it went through. */
export function reportAsText(report: SoakReport): string {
  const { faults, answers, operators, producers, crashes, soak, seconds, passed, audit } = report
  const { hostile, strays } = report
  return [
    ledgerTable(audit),
    `Faults: ${counted(faults)}.`,
    `Answers of the sandbox: ${counted(answers)}.`,
    ...(acceptedIn(audit) < soak.callbacks * enough
      ? [
          `Fewer than ${soak.callbacks} callbacks were submitted: too much was paused, or this machine is too slow.`,
        ]
      : []),
    `Producers: ${producers.unanswered} unanswered and repeated, ${producers.duplicates} duplicates, refused: ${counted(producers.refused)}.`,
    `Operators: ${counted({ ...operators })}.`,
    `Controllers: ${counted({ ...report.controllers })}.`,
    `Strays buried: ${strays.buried}${strays.expected && strays.buried === 0 ? '   BROKEN: some must have been' : ''}.`,
    `Hostile entries: ${counted(hostile.sent)}; the results have ${hostile.ends} ends of them.`,
    ...(crashes.length > 0
      ? [`Workers that did not end as they should: ${crashes.join('; ')}.`]
      : []),
    `${passed ? 'Passed' : 'FAILED'} after ${seconds} s. Again: ${commandAgain(soak)}`,
  ].join('\n')
}

/** A few may come so late that they are refused as expired. */
const enough = 0.99

function acceptedIn({ tallies }: Audit): number {
  return Object.values(tallies).reduce((sum, { accepted }) => sum + accepted, 0)
}

const violationNames: Record<keyof Violations, string> = {
  lost: 'lost (accepted, without an end)',
  unmarkedDuplicates: 'unmarked duplicates',
  sentUndecided: 'sent again under hold without a decision',
  bookedByNothing: 'booked by no ContactRequest',
  bookedInSilence: 'dead or cancelled, but booked, and not marked',
  unpublished: 'not published in the results',
  notAccepted: 'submitted, but not accepted',
  underAnotherId: 'published under an id that no producer knows',
  sentAfterDiscard: 'discarded, not submitted again since, and no longer dead',
}

function ledgerTable({ tallies, mixedUp, violations }: Audit): string {
  const table = new Table({
    head: ['onUncertain', ...destinations, 'all'],
    colAligns: ['left', ...destinations.map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true },
  })
  const row = (name: string, of: (tally: Tally) => number) => {
    const numbers = destinations.map((destination) => of(tallies[destination]))
    table.push([name, ...numbers, numbers.reduce((sum, number) => sum + number, 0)])
  }
  row('accepted', ({ accepted }) => accepted)
  row('booked', ({ booked }) => booked)
  for (const reason of Object.keys(tallies.retry.dead) as (keyof Tally['dead'])[]) {
    row(`dead: ${reason}`, ({ dead }) => dead[reason])
  }
  row('cancelled', ({ cancelled }) => cancelled)
  row('possible duplicates (marked)', ({ possibleDuplicates }) => possibleDuplicates)
  row('duplicates found at the sandbox', ({ duplicates }) => duplicates)
  return [
    table.toString(),
    `Mixed up by a search: ${mixedUp}.`,
    'Must be 0:',
    ...Object.entries(violationNames).map(([key, name]) =>
      violationLine(name, violations[key as keyof Violations]),
    ),
  ].join('\n')
}

const shownIds = 5

function violationLine(name: string, ids: readonly string[]): string {
  const some = ids.slice(0, shownIds).join(' ')
  return `  ${name}: ${ids.length}${ids.length === 0 ? '' : `   BROKEN: ${some}`}`
}

function counted(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return parts.length === 0 ? 'none' : parts.join(', ')
}
