import { printable } from '../../../shared/text/printable.ts'
import type { LogEntry, OperatorsLog } from '../../operations/audit/read-log.ts'
import { auditCounts, auditWhat } from '../../text/audit-words.ts'
import { plainTime } from '../../text/plain-time.ts'
import { say } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

export function presentLog({ destination, entries, next }: OperatorsLog, screen: Screen): void {
  if (entries.length === 0) {
    return say(screen, `Nothing of that kind was done at ${printable(destination)}.`)
  }
  const isPartitioned = entries.some(({ partition }) => partition !== undefined)
  const where = isPartitioned ? ['partition'] : []
  const head = ['when', ...where, 'who', 'action', 'came to', 'what and why']
  screen.line(
    textTable(
      head,
      entries.map((entry) => rowOf(entry, screen.nowMs())),
      screen.columns,
    ),
  )
  if (next !== undefined) say(screen, 'There are more: use --until, or a larger --limit.')
}

function rowOf(entry: LogEntry, nowMs: number): string[] {
  const { at, who, face, action, reason, partition } = entry
  const why = reason === undefined ? '' : ` (${printable(reason)})`
  return [
    plainTime(at, nowMs),
    ...(partition === undefined ? [] : [printable(partition)]),
    `${printable(who)}${face === 'console' ? ', on the page' : ''}`,
    printable(action),
    auditCounts(entry),
    `${auditWhat(entry)}${why}`,
  ]
}
