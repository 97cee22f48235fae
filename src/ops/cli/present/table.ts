import Table from 'cli-table3'

import { foldText } from '../../../shared/text/fold-text.ts'

type Row = readonly string[]

const gap = 2
/** A last column that is narrower than this is hard to read. */
const minLastWidth = 24

/**
 * Columns under their names, two blanks apart, without lines: to be read and to be piped. Where a terminal is too narrow for
 * them (`columns`), the last one is folded; if that does not help, each row becomes a few lines of its own.
 */
export function textTable(head: Row, rows: readonly Row[], columns = Infinity): string {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  )
  const whole = widths.reduce((sum, width) => sum + gap + width, -gap)
  if (whole <= columns) return aligned([head, ...rows])
  const before = whole - (widths.at(-1) ?? 0)
  const last = columns - before
  if (last >= minLastWidth) return aligned([head, ...rows].flatMap((row) => folded(row, last)))
  return rows.map((row) => stacked(head, row, columns)).join('\n')
}

/** A row, and further ones that hold the rest of its last cell. */
function folded(row: Row, width: number): Row[] {
  const others = row.slice(0, -1)
  const empty = others.map(() => '')
  const lines = foldText(row.at(-1) ?? '', width)
  return lines.map((line, at) => [...(at === 0 ? others : empty), line])
}

/** The first cell on a line of its own, the others behind their names below it. */
function stacked(head: Row, [first = '', ...others]: Row, columns: number): string {
  const named = others.flatMap((cell, at) =>
    cell === '' ? [] : [`${head[at + 1] ?? ''}: ${cell}`],
  )
  const below = foldText(named.join(', '), columns - gap).map((line) => `${' '.repeat(gap)}${line}`)
  return [...foldText(first, columns), ...below].join('\n')
}

function aligned(rows: readonly Row[]): string {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '' }
  const table = new Table({
    chars: {
      ...none,
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  table.push(...rows.map((row) => [...row]))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
