import { DateTime } from 'luxon'

import { cutText, foldText } from '../text/fold-text.ts'
import { printable } from '../text/printable.ts'

/** What of a log line stands before its text: `[15:40:52] ERROR: `. */
const prefixWidth = '[15:40:52] ERROR: '.length
/** Of a terminal that does not say how wide it is. */
const defaultColumns = 80
const maxIdLength = 32

type Fields = Readonly<Record<string, unknown>>

/** A log line as a terminal shows it: an attempt on one line, anything else on as many as it needs. */
export function terminalText(fields: Fields, columns = defaultColumns): string {
  const width = Math.max(20, columns - prefixWidth)
  const { msg, level: _level, time: _time, ...rest } = fields
  if (msg === 'attempt.settled') return cutText(attemptText(rest), width)
  const [first = '', ...more] = foldText([textOf(msg), ...pairsOf(rest)].join(' '), width - 2)
  return [first, ...more.map((line) => `  ${line}`)].join('\n')
}

/** What matters first: a narrow terminal cuts off the end, and `ringback status` has the whole. */
function attemptText(attempt: Fields): string {
  const { id, attempt: number, outcome, recordId, code, state, reason, settlement } = attempt
  const parts = [
    `${textOf(outcome)} ${cutText(textOf(id), maxIdLength)} #${textOf(number)}: ${textOf(recordId ?? code)}`,
    state === 'dead' ? `dead: ${textOf(reason)}` : '',
    state === 'retrying' ? `next ${clockTime(textOf(attempt['nextAttemptAt']))}` : '',
    settlement === 'settled' ? '' : textOf(settlement),
    textOf(attempt['message']),
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function pairsOf(fields: Fields): string[] {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${textOf(value)}`)
}

function textOf(value: unknown): string {
  if (value === undefined) return ''
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}

/** By the clock of the terminal, as the line's own time. */
function clockTime(iso: string): string {
  return DateTime.fromISO(iso).toFormat('HH:mm:ss')
}
