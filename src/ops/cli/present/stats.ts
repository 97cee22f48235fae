import { printable } from '../../../shared/text/printable.ts'
import { describeHolds, rateInWords, type Hold } from '../../operations/control/describe-holds.ts'
import type { DestinationStats } from '../../operations/stats/destination-stats.ts'
import { quoted } from '../../text/quoted.ts'
import { sentenceLines, type Colour, type Screen } from '../terminal/screen.ts'

export function presentStats(stats: DestinationStats, screen: Screen): void {
  const { line, paint } = screen
  line(paint('bold', `destination ${quoted(stats.destination)}`))
  for (const { kind, message } of describeHolds(stats, screen.nowMs())) {
    for (const each of sentenceLines(printable(message), screen)) line(paint(colours[kind], each))
  }
  line(`  rate: ${ratesInWords(stats.rate)}`)
  for (const { heading, rows } of groupsOf(stats)) {
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

function ratesInWords({ configured, current }: DestinationStats['rate']): string {
  if (current === undefined) return 'as the workers are configured, which is not known here'
  if (configured === undefined || configured === current) return rateInWords(current)
  return `${rateInWords(current)} (configured here: ${rateInWords(configured)})`
}

const nameWidth = 42

type Row = readonly [name: string, count: number, alarming?: true]

interface Group {
  heading?: string
  rows: readonly Row[]
}

function groupsOf({ uncertain, dead, sameNumber, queue, ...stats }: DestinationStats): Group[] {
  return [
    {
      rows: [
        ['in the inbox now', stats.inbox],
        ['due now', queue.due],
        ['waiting for their time', queue.waiting],
        ['under way now', queue.underWay],
        ['dead letters now', stats.deadLetters, true],
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
