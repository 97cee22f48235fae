import Table from 'cli-table3'

import type { Row } from './row.ts'

/** For people. */
export function rowsAsTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['figure', 'unit', 'ringback', 'by hand', 'ratio', 'goal'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  })
  for (const { figure, unit, ours, rival, ratio, goal } of rows) {
    table.push([figure, unit, shown(ours), shown(rival), ratio?.toFixed(2) ?? '', goal ?? ''])
  }
  return table.toString()
}

/** Three digits that count, at least. */
function shown(value: number | undefined): string {
  if (value === undefined) return ''
  return value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US')
}
