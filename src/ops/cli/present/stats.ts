import type { Stats } from '../../../shared/store/stats/stats.ts'
import { quoted } from '../../text/quoted.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentStats(stats: Stats, { line, paint }: Screen): void {
  line(paint('bold', `destination ${quoted(stats.destination)}`))
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

const nameWidth = 42

type Row = readonly [name: string, count: number, alarming?: true]

interface Group {
  heading?: string
  rows: readonly Row[]
}

function groupsOf({ uncertain, dead, sameNumber, ...stats }: Stats): Group[] {
  return [
    {
      rows: [
        ['in the inbox now', stats.inbox],
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
