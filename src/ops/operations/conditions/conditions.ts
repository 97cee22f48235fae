import { plainDuration } from '../../text/plain-time.ts'
import { describeDisagreement } from '../../text/disagreement.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { describeHolds } from '../control/describe-holds.ts'
import type { DestinationStats } from '../stats/destination-stats.ts'

export type Severity = 'critical' | 'warning' | 'info'

/** Something at a destination that somebody should know of. */
export interface Condition {
  name: string
  severity: Severity
  destination: string
  /** What it is. A sentence that goes on, without its full stop. */
  message: string
  /** The one thing to do, as a sentence. */
  fix: string
}

interface Rule {
  name: string
  severity: Severity
  /** What is to be said of it; undefined where all is well. */
  sees: (stats: DestinationStats, nowMs: number) => string | undefined
  fix: string
}

const overdueMs = 300_000

/** The weightiest first, within a severity too. */
const rules: readonly Rule[] = [
  {
    name: 'no-worker',
    severity: 'critical',
    sees: (stats) =>
      stats.workers === 0 && waits(stats) ? 'no worker is alive, and callbacks wait' : undefined,
    fix: 'Start one: ringback worker.',
  },
  {
    name: 'failing',
    severity: 'critical',
    sees: (stats, nowMs) => holdOf('failing', stats, nowMs),
    fix: 'Callbacks wait and lose nothing. See what Salesforce says; the probes go on by themselves.',
  },
  {
    name: 'paused',
    severity: 'warning',
    sees: (stats, nowMs) => holdOf('paused', stats, nowMs),
    fix: 'When the reason is gone: ringback resume.',
  },
  {
    name: 'intake-paused',
    severity: 'warning',
    sees: (stats, nowMs) => holdOf('intake-paused', stats, nowMs),
    fix: 'When the reason is gone: ringback resume --intake.',
  },
  {
    name: 'overdue',
    severity: 'warning',
    sees: overdue,
    fix: 'See what holds it back, the rate, and whether more workers would help: ringback stats.',
  },
  {
    name: 'double-bookings',
    severity: 'warning',
    sees: ({ doubleBookings: n }) =>
      n === 0 ? undefined : `${count(n, 'booking')} too many are known`,
    fix: 'Cancel one of each two in Salesforce before a rep calls twice: docs/runbook.md, "A double booking".',
  },
  {
    name: 'dead-letters',
    severity: 'warning',
    sees: ({ deadLetters: n }) =>
      n === 0 ? undefined : `${count(n, 'dead letter')} to decide about`,
    fix: 'Look at their reasons; then redrive or discard them.',
  },
  {
    name: 'workers-differ',
    severity: 'warning',
    sees: ({ disagreements: [first] }) =>
      first === undefined ? undefined : `workers differ: ${describeDisagreement(first)}`,
    fix: 'Give all workers of a destination the same settings and version.',
  },
  {
    name: 'recovering',
    severity: 'info',
    sees: (stats, nowMs) => holdOf('recovering', stats, nowMs),
    fix: 'Nothing: the rate rises by itself.',
  },
  {
    name: 'slowed',
    severity: 'info',
    sees: (stats, nowMs) => holdOf('slowed', stats, nowMs),
    fix: 'Nothing: the rate recovers step by step.',
  },
]

const weights: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/** What somebody should know of, the worst thing first. */
export function conditionsOf(all: readonly DestinationStats[], nowMs: number): Condition[] {
  const found = all.flatMap((stats) =>
    rules.flatMap(({ name, severity, sees, fix }) => {
      const message = sees(stats, nowMs)
      const { destination } = stats
      return message === undefined ? [] : [{ name, severity, destination, message, fix }]
    }),
  )
  return found.toSorted((a, b) => weights[a.severity] - weights[b.severity])
}

/** One sentence, the worst thing first. `isNamed`: there is more than one destination. */
export function verdictOf(conditions: readonly Condition[], isNamed: boolean): string {
  const needing = conditions.filter(({ severity }) => severity !== 'info')
  const [worst] = needing
  if (worst === undefined) return 'Nothing needs you.'
  const where = isNamed ? `${worst.destination}: ` : ''
  // What follows a colon says why: there is room for it below.
  const [headline = ''] = worst.message.split(': ')
  const text = `${where}${headline}.`
  return needing.length === 1
    ? capitalized(text)
    : `${needing.length} things need you. First: ${text}`
}

function waits({ inbox, counts }: DestinationStats): boolean {
  return inbox + counts.due + counts.waiting + counts.underWay > 0
}

function holdOf(
  kind: ReturnType<typeof describeHolds>[number]['kind'],
  stats: DestinationStats,
  nowMs: number,
): string | undefined {
  return describeHolds(stats, nowMs).find((hold) => hold.kind === kind)?.message
}

function overdue({ oldestDueAt }: DestinationStats, nowMs: number): string | undefined {
  if (oldestDueAt === undefined) return undefined
  const lateMs = nowMs - epochMsOf(oldestDueAt)
  return lateMs < overdueMs ? undefined : `the oldest callback is ${plainDuration(lateMs)} late`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
