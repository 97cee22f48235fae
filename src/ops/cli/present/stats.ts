import { printable } from '../../../shared/text/printable.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { describeHolds, rateInWords, type Hold } from '../../operations/control/describe-holds.ts'
import { unknowns } from '../../operations/control/estimate.ts'
import type { DestinationStats, Drain } from '../../operations/stats/destination-stats.ts'
import { describeDisagreement } from '../../text/disagreement.ts'
import { plainDuration, plainTime } from '../../text/plain-time.ts'
import { quoted } from '../../text/quoted.ts'
import { sentenceLines, type Colour, type Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

/** All that is known. */
export function presentStats(stats: DestinationStats, screen: Screen): void {
  presentNow(stats, screen)
  presentGroups(groupsOf(stats), screen)
}

/** What changes from one moment to the next. */
export function presentNow(stats: DestinationStats, screen: Screen): void {
  const { line, paint } = screen
  line(paint('bold', `destination ${quoted(stats.destination)}`))
  for (const { kind, message } of describeHolds(stats, screen.nowMs())) {
    for (const each of sentenceLines(printable(message), screen)) line(paint(colours[kind], each))
  }
  for (const each of stats.disagreements) {
    const message = `workers differ: ${describeDisagreement(each)}`
    for (const text of sentenceLines(message, screen)) line(paint('yellow', text))
  }
  for (const [name, text] of factsOf(stats, screen.nowMs())) line(`  ${name}: ${text}`)
  presentGroups([waitingGroup(stats), retryingGroup(stats)], screen)
}

/** Many destinations, a row each. */
export function presentAllStats(all: readonly DestinationStats[], screen: Screen): void {
  const head = ['destination', 'dispatch', 'due', 'waiting', 'retrying', 'under way', 'dead']
  const columns = [...head, 'booked/s', 'rate', 'workers', 'drained']
  const rows = all.map((stats) => {
    const { counts, deadLetters, perSecond, rate, workers } = stats
    const { due, waiting, retrying, underWay } = counts
    const numbers = [due, waiting, retrying, underWay, deadLetters, perSecond.booked]
    const speed = rate.current === undefined ? '?' : String(rate.current)
    return [
      ...[printable(stats.destination), stateOf(stats), ...numbers.map(String)],
      ...[speed, String(workers), drainInWords(stats.drain)],
    ]
  })
  screen.line(textTable(columns, rows, screen.columns))
}

/** One moment of one destination, for a log. */
export function presentMoment(stats: DestinationStats, screen: Screen): void {
  const { destination, counts, perSecond, rate, workers, drain, inbox, deadLetters } = stats
  const { due, waiting, retrying, underWay } = counts
  const facts = {
    dispatch: stateOf(stats),
    inbox,
    due,
    waiting,
    retrying,
    'under-way': underWay,
    'dead-letters': deadLetters,
    'attempts/s': perSecond.attempts,
    'booked/s': perSecond.booked,
    rate: rate.current ?? '?',
    workers,
    drained: drain.seconds === undefined ? '?' : `${drain.seconds}s`,
  }
  const words = Object.entries(facts).map(([name, value]) => `${name}=${value}`)
  screen.line([isoTimestamp(screen.nowMs()), printable(destination), ...words].join(' '))
}

function presentGroups(groups: readonly Group[], { line, paint }: Screen): void {
  for (const { heading, rows } of groups) {
    if (rows.length === 0) continue
    if (heading !== undefined) line(`  ${heading}`)
    const indent = heading === undefined ? '  ' : '    '
    for (const [name, count, alarming] of rows) {
      const text = String(count).padStart(10)
      const shown = alarming && count > 0 ? paint('yellow', text) : text
      line(`${`${indent}${name}`.padEnd(nameWidth)}${shown}`)
    }
  }
}

const colours: Record<Hold['kind'], Colour> = {
  paused: 'red',
  failing: 'red',
  recovering: 'yellow',
  'intake-paused': 'red',
  'rate-set': 'yellow',
  slowed: 'yellow',
}

function stateOf({ dispatch, breaker }: DestinationStats): string {
  if (dispatch === 'paused') return 'paused'
  return breaker.state === 'closed' || breaker.state === 'ramp' ? 'running' : 'failing'
}

function factsOf(stats: DestinationStats, nowMs: number): (readonly [string, string])[] {
  const { workers, rate, perSecond, oldestDueAt, drain } = stats
  const { accepted, attempts, booked } = perSecond
  return [
    ['workers', workers === 0 ? 'none is alive' : `${workers} alive`],
    ['rate', ratesInWords(rate)],
    ['a second now', `${accepted} accepted, ${attempts} attempts, ${booked} booked`],
    ['oldest due', oldestDueAt === undefined ? 'none' : `since ${plainTime(oldestDueAt, nowMs)}`],
    ['drained', drainInWords(drain)],
  ]
}

function drainInWords({ seconds, unknown }: Drain): string {
  if (unknown !== undefined) return `not known: ${unknowns[unknown]}`
  if (seconds === undefined) return 'not known'
  return seconds === 0 ? 'now' : `in ${plainDuration(seconds * 1_000)}`
}

function ratesInWords({ configured, current }: DestinationStats['rate']): string {
  if (current === undefined) return 'not known: no worker is alive'
  if (configured === undefined || configured === current) return rateInWords(current)
  return `${rateInWords(current)} (configured: ${rateInWords(configured)})`
}

const nameWidth = 42

type Row = readonly [name: string, count: number, alarming?: true]

interface Group {
  heading?: string
  rows: readonly Row[]
}

function waitingGroup({ door, inbox, counts, deadLetters }: DestinationStats): Group {
  return {
    rows: [
      // Few destinations have one.
      ...(door > 0 ? [['at the door now', door] as const] : []),
      ['in the inbox now', inbox],
      ['due now', counts.due],
      ['waiting for their time', counts.waiting],
      ['of these due within the next hour', counts.dueWithinHour],
      ['under way now', counts.underWay],
      ['waiting for another attempt', counts.retrying],
      ['dead letters now', deadLetters, true],
    ],
  }
}

function retryingGroup({ retryingByCode }: DestinationStats): Group {
  const rows = Object.entries(retryingByCode).map(([code, n]) => [printable(code), n] as const)
  return { heading: 'waiting for another attempt, by the code of the last one', rows }
}

function groupsOf({ uncertain, dead, sameNumber, ...stats }: DestinationStats): Group[] {
  return [
    {
      rows: [
        ['booked', stats.booked],
        ...Object.entries(dead).map(([reason, count]) => [`dead: ${reason}`, count] as const),
        ['possible duplicates', stats.possibleDuplicates, true],
        ['known double bookings', stats.doubleBookings, true],
      ],
    },
    {
      heading: 'accepted for a number that had others in the two hours before',
      rows: [
        ['its second', sameNumber['2']],
        ['its third to fifth', sameNumber['3-5']],
        ['its sixth or later', sameNumber['6+'], true],
      ],
    },
    {
      heading: 'uncertain outcomes',
      rows: [
        ['sent again', uncertain.retried],
        ['budget spent', uncertain.ended],
        ['held', uncertain.held],
        ['to be verified', uncertain.verifying],
        ['verified: it was booked', uncertain.verifiedBooked],
        ['verified: it was not', uncertain.verifiedNotBooked],
        ['resolved by hand: it was booked', uncertain.resolvedBooked],
        ['resolved by hand: it was not', uncertain.resolvedNotBooked],
      ],
    },
  ]
}
