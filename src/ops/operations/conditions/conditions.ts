import { nameOfOne } from '../../../shared/contract/partition.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { shortCommandFor, withCommandsFor } from '../../text/command-for.ts'
import { describeDisagreement } from '../../text/disagreement.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { quoted } from '../../text/quoted.ts'
import type { Severity } from '../alerts/alert.ts'
import { needsYou } from '../alerts/needs-you.ts'
import { byDestination, type OfDestination } from '../destination/by-destination.ts'
import { sumOf } from '../destination/in-sum.ts'
import { describeHolds, type Hold } from '../control/describe-holds.ts'
import type { PausedRun } from '../../../shared/store/runs/paused-runs.ts'
import type { DestinationStats } from '../stats/destination-stats.ts'
import type { Standing } from '../stats/standing.ts'

/** Something at a destination that somebody should know of. */
export interface Condition {
  name: string
  severity: Severity
  destination: string
  /** What it is, as a sentence without its full stop. */
  message: string
  /** The one thing to do, as a sentence. */
  fix: string
  /** The id of the run that it is about. */
  run?: string
}

type Said = Omit<Condition, 'destination'>

const weights: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/** What somebody should know of, the worst thing first: the alerts that are so at this moment, and what no alert is for. */
export function conditionsOf(all: readonly Standing[], nowMs: number): Condition[] {
  const found = byDestination(all, ({ stats }) => stats.destination).flatMap(
    ({ destination, parts }) => [
      ...saidOf(destination, parts, nowMs),
      ...ofWhole({ destination, parts }).map((said) => ({ ...said, destination })),
    ],
  )
  return found
    .map((each) => ({ ...each, fix: withCommandsFor(each.fix, each.destination) }))
    .toSorted((a, b) => weights[a.severity] - weights[b.severity])
}

/** What is so in all partitions is so of the destination, in the words of the one that is behind most. */
function saidOf(destination: string, parts: readonly Standing[], nowMs: number): Condition[] {
  const behindFirst = parts.toSorted((a, b) => b.judged.dueOldestAgeMs - a.judged.dueOldestAgeMs)
  const said = behindFirst.map(({ stats, judged }) => ({
    partition: stats.destination,
    all: [...alerting({ stats, judged }, nowMs), ...others(stats, nowMs)],
  }))
  const [first] = said
  if (first === undefined) return []
  const isSoInAll = ({ name }: Said) =>
    said.every(({ all }) => all.some((each) => each.name === name))
  return [
    ...first.all.filter(isSoInAll).map((each) => ({ ...each, destination })),
    ...said.flatMap(({ partition, all }) =>
      all
        .filter((each) => !isSoInAll(each))
        .map((each) => ({ ...each, destination: nameOfOne(partition) })),
    ),
  ]
}

/** What is never of one partition alone. */
function ofWhole({ destination, parts }: OfDestination<Standing>): Said[] {
  const deadLetters = sumOf(parts.map(({ stats }) => stats.deadLetters))
  const runs = new Map(parts.flatMap(({ pausedRuns }) => pausedRuns).map((run) => [run.id, run]))
  return [
    ...(deadLetters === 0
      ? []
      : [
          {
            name: 'dead-letters',
            severity: 'warning',
            message: `${counted(deadLetters, 'dead letter')} to decide about`,
            fix: 'Look at their reasons; then redrive or discard them.',
          } as const,
        ]),
    ...[...runs.values()].map((run) => pausedRun(run, destination)),
  ]
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

function alerting({ stats, judged }: Pick<Standing, 'stats' | 'judged'>, nowMs: number): Said[] {
  return needsYou(judged).map(({ name, severity, summary, todo }) => ({
    name,
    severity,
    message: inDetail(name, stats, nowMs) ?? summary.replace(/\.$/, ''),
    fix: todo,
  }))
}

/** What is known of this very case: by whom, since when and why. */
function inDetail(alert: string, stats: DestinationStats, nowMs: number): string | undefined {
  switch (alert) {
    case 'RingbackWorkersAbsent':
      return waits(stats) ? 'no worker is alive, and callbacks wait' : 'no worker is alive'
    case 'RingbackBreakerOpen':
      return holdOf('failing', stats, nowMs)
    case 'RingbackPaused':
      return holdOf('paused', stats, nowMs)
    case 'RingbackOverdue':
    case 'RingbackOverdueLong':
      return `the oldest callback that is due is ${lateness(stats, nowMs)} late`
    default:
      return undefined
  }
}

function others(stats: DestinationStats, nowMs: number): Said[] {
  const { disagreements } = stats
  const said: Said[] = []
  const note = (
    severity: Severity,
    message: string | undefined,
    rest: Omit<Said, 'severity' | 'message'>,
  ) => {
    if (message !== undefined) said.push({ severity, message, ...rest })
  }
  note('warning', holdOf('intake-paused', stats, nowMs), {
    name: 'intake-paused',
    fix: 'When the reason is gone: ringback resume --intake.',
  })
  const [first] = disagreements
  note('warning', first && `workers differ: ${describeDisagreement(first)}`, {
    name: 'workers-differ',
    fix: 'Give all workers of a destination the same settings and version.',
  })
  for (const kind of ['recovering', 'slowed'] as const) {
    note('info', holdOf(kind, stats, nowMs), {
      name: kind,
      fix: 'Nothing has to be done: the rate rises by itself.',
    })
  }
  return said
}

/** One that a person has paused is not among them. */
function pausedRun({ id, why }: PausedRun, destination: string): Said {
  return {
    name: 'run-paused',
    severity: 'warning',
    message: `the run ${id} has paused by itself: ${pausedWhy(why)}`,
    fix: `Look at what it has sent; then ${shortCommandFor(`runs resume ${quoted(id)}`, destination)}, or abort it.`,
    run: id,
  }
}

function pausedWhy(why: PausedRun['why']): string {
  switch (why) {
    case 'canary':
      return 'its canary was sent'
    case 'canary-died':
      return 'some of its canary died'
    case 'too-many-deaths':
      return 'too many of what it sent died'
    case 'cannot-verify':
      return 'no worker can ask Salesforce what it still has'
    default:
      return 'this version does not know why'
  }
}

function waits({ inbox, counts }: DestinationStats): boolean {
  return inbox + counts.due + counts.waiting + counts.underWay > 0
}

function holdOf(kind: Hold['kind'], stats: DestinationStats, nowMs: number): string | undefined {
  return describeHolds(stats, nowMs).find((hold) => hold.kind === kind)?.message
}

function lateness({ oldestDueAt }: DestinationStats, nowMs: number): string {
  return plainDuration(oldestDueAt === undefined ? 0 : nowMs - epochMsOf(oldestDueAt))
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
