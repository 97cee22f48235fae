import type { Stats } from '../../../shared/store/stats/stats.ts'
import { quoted } from '../../text/quoted.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentStats(stats: Stats, { line, paint }: Screen): void {
  line(paint('bold', `destination ${quoted(stats.destination)}`))
  for (const [name, count, alarming] of rows(stats)) {
    const text = String(count).padStart(10)
    line(`  ${name.padEnd(40)}${alarming && count > 0 ? paint('yellow', text) : text}`)
  }
}

type Row = readonly [name: string, count: number, alarming?: true]

function rows({ uncertain, dead, sameNumber, ...stats }: Stats): Row[] {
  return [
    ['in the inbox now', stats.inbox],
    ['dead letters now', stats.deadLetters, true],
    ['booked', stats.booked],
    ...Object.entries(dead).map(([reason, count]) => [`dead: ${reason}`, count] as const),
    ['possible duplicates', stats.possibleDuplicates, true],
    ['known double bookings', stats.doubleBookings, true],
    ['second one for a number in two hours', sameNumber['2']],
    ['third to fifth', sameNumber['3-5']],
    ['sixth or later', sameNumber['6+'], true],
    ['uncertain outcomes: sent again', uncertain.retried],
    ['uncertain outcomes: budget spent', uncertain.ended],
    ['uncertain outcomes: held', uncertain.held],
    ['uncertain outcomes: to be verified', uncertain.verifying],
    ['  verified: it was booked', uncertain.verifiedBooked],
    ['  verified: it was not', uncertain.verifiedNotBooked],
    ['  resolved by hand: it was booked', uncertain.resolvedBooked],
    ['  resolved by hand: it was not', uncertain.resolvedNotBooked],
  ]
}
