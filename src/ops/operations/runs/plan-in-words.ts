import { sends } from '../../../shared/store/runs/run-kinds.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { ShownRun } from './shown-run.ts'

/** How many there are of each reason, code and hour: by what, which, and how many. */
export function countsOfPlan({
  byReason,
  byCode,
  byHour,
}: Pick<ShownRun, 'byReason' | 'byCode' | 'byHour'>): string[][] {
  return [
    ...rowsOf('reason', byReason, false),
    ...rowsOf('code', byCode, false),
    ...rowsOf('hour', byHour, true),
  ]
}

/** As many as a screen has room for. */
const mostRows = 8

function rowsOf(by: string, counts: Record<string, number>, isInOrder: boolean): string[][] {
  const all = Object.entries(counts)
  const sorted = isInOrder ? all.toSorted() : all.toSorted(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, mostRows)
  const rest = sorted.slice(mostRows).reduce((sum, [, count]) => sum + count, 0)
  const rows = shown.map(([name, count]) => [by, printable(name), String(count)])
  return rest === 0 ? rows : [...rows, [by, 'others', String(rest)]]
}

/** What to think of before it is started. */
export function warningsOfPlan({
  kind,
  filter,
  expired,
  expiring,
  mayBeBooked,
  unsendable,
}: ShownRun): string[] {
  const isIn = filter.possibleDuplicates || kind === 'replay'
  const [was, were] =
    kind === 'replay'
      ? ['was booked, or may have been', 'were booked, or may have been']
      : ['may be booked', 'may be booked']
  const said: [count: number, one: string, more: string][] = [
    [expired, 'is past its expiresAt, and left out', 'are past their expiresAt, and left out'],
    [
      expiring,
      'will be past its expiresAt before its turn comes',
      'will be past their expiresAt before their turn comes',
    ],
    isIn
      ? [
          mayBeBooked,
          `${was}: its customer may be called twice`,
          `${were}: their customers may be called twice`,
        ]
      : [mayBeBooked, 'may be booked, and is left out', 'may be booked, and are left out'],
    [
      unsendable,
      'holds nothing that can be sent again, and is left out',
      'hold nothing that can be sent again, and are left out',
    ],
  ]
  if (!sends(kind)) return []
  return said.flatMap(([count, one, more]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : more}`],
  )
}
