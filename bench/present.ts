import Table from 'cli-table3'

import type { Row } from './row.ts'

/** For people. */
export function rowsAsTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['metric', 'unit', 'ringback', 'by hand', 'ratio', 'goal'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  })
  for (const { metric, unit, ours, baseline, ratio, goal } of rows) {
    table.push([metric, unit, shown(ours), shown(baseline), ratio?.toFixed(2) ?? '', goal ?? ''])
  }
  return table.toString()
}

/** At least three significant digits. */
function shown(value: number | undefined): string {
  if (value === undefined) return ''
  return value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US')
}
