import type { DeadLetterSummary } from '../../../shared/store/dead-letters/dead-letters.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Discard } from '../../operations/dead-letters/discard-dead-letters.ts'
import type { DeadLetterCounts } from '../../operations/dead-letters/count-dead-letters.ts'
import type { DeadLetterPage } from '../../operations/dead-letters/list-dead-letters.ts'
import type { Redrive, Warning } from '../../operations/dead-letters/redrive-dead-letters.ts'
import type { Resolved } from '../../operations/dead-letters/resolve-dead-letter.ts'
import { quoted } from '../../text/quoted.ts'
import type { Presenter } from '../terminal/output.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

/** Longer reasons are cut off in the list; `show` has them whole. */
const maxMessage = 80

/** `isFiltered`: they are those that match; others may be there. */
export function deadLetterListPresenter(isFiltered: boolean): Presenter<DeadLetterPage> {
  return (page, screen) => presentDeadLetterList(page, isFiltered, screen)
}

function presentDeadLetterList(page: DeadLetterPage, isFiltered: boolean, screen: Screen): void {
  const { destination, total, offset, deadLetters, otherDestinations } = page
  const { line } = screen
  if (deadLetters.length > 0) line(textTable(head, deadLetters.map(row), screen.columns))
  say(
    screen,
    total === 0
      ? noneAt(destination, isFiltered)
      : `${deadLetters.length} of ${total} at the destination ${quoted(destination)}${offset > 0 ? `, after the first ${offset}` : ''}.`,
  )
  for (const other of otherDestinations) {
    const name = quoted(other)
    sayPainted(
      screen,
      { colour: 'yellow', word: 'note:' },
      `the destination ${name} is not configured here and has dead letters too: ` +
        `ringback dead-letters list --destination ${name}`,
    )
  }
}

/** `isFiltered` as in {@link deadLetterListPresenter}. */
export function deadLetterCountsPresenter(isFiltered: boolean): Presenter<DeadLetterCounts> {
  return (counts, screen) => presentDeadLetterCounts(counts, isFiltered, screen)
}

function presentDeadLetterCounts(
  { destination, by, total, counts }: DeadLetterCounts,
  isFiltered: boolean,
  { line, columns }: Screen,
): void {
  if (total === 0) return line(noneAt(destination, isFiltered))
  if (counts.length > 0) {
    const rows = counts.map(({ value, deadLetters }) => [String(deadLetters), printable(value)])
    line(textTable(['dead letters', by], rows, columns))
  }
  line(`${total} at the destination ${quoted(destination)}.`)
}

function noneAt(destination: string, isFiltered: boolean): string {
  const place = `at the destination ${quoted(destination)}`
  return isFiltered ? `No dead letter matches ${place}.` : `No dead letters ${place}.`
}

const head = ['id', 'died (UTC)', 'reason', 'code', 'attempts', 'message']

function row(summary: DeadLetterSummary): string[] {
  const { id, diedAt, reason, code, attempts, message, possibleDuplicate } = summary
  const flagged = possibleDuplicate ? `possible duplicate! ${message}` : message
  const shown = printable(flagged)
  return [
    printable(id),
    diedAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' '),
    reason,
    printable(code),
    String(attempts),
    shown.length > maxMessage ? `${shown.slice(0, maxMessage - 1)}…` : shown,
  ]
}

const failures = {
  missing: 'no dead letter with this id is known',
  'not-dead': 'it is not dead; see `ringback status`',
  'not-uncertain': 'it did not die as uncertain, so there is nothing to resolve',
  taken: 'that ContactRequest belongs to another callback; see `ringback results`',
  'redriven-before': 'it has already been redriven; see `ringback status`',
  'nothing-to-send': 'it contains no intent that could be sent again; discard it',
  'too-large':
    'what was sent exceeds the size limit of an intent and would be refused again: have a smaller one sent, and discard this one',
} as const

/** Before anything is sent: what whoever redrives these has to know. */
export function presentWarnings(warnings: readonly Warning[], screen: Screen): void {
  for (const { id, warning } of warnings)
    sayPainted(screen, { colour: 'yellow', word: 'warning:' }, `${id}: ${warning}`)
}

export function presentRedrives(redrives: readonly Redrive[], screen: Screen): void {
  for (const { id, outcome } of redrives) {
    if (outcome === 'redriven') sayPainted(screen, { colour: 'green', word: 'redriven' }, id)
    else sayFailure(screen, 'not redriven', `${id}: ${failures[outcome]}`)
  }
}

export function presentDiscards(discards: readonly Discard[], screen: Screen): void {
  for (const { id, outcome } of discards) {
    if (outcome === 'discarded') sayPainted(screen, { colour: 'green', word: 'discarded' }, id)
    else sayFailure(screen, 'not discarded', `${id}: ${failures[outcome]}`)
  }
}

function sayFailure(screen: Screen, word: string, text: string): void {
  sayPainted(screen, { colour: 'red', word }, text)
}

const cancelled = 'it has been cancelled since, and is not sent again'

export function presentResolved({ id, outcome, recordId }: Resolved, screen: Screen): void {
  const notBooked = { colour: 'green', word: 'not booked' } as const
  if (outcome === 'booked')
    sayPainted(screen, { colour: 'green', word: 'booked' }, `${id} by ${recordId ?? ''}`)
  else if (outcome === 'redriven') sayPainted(screen, notBooked, `${id}: it is sent again`)
  else if (outcome === 'cancelled') sayPainted(screen, notBooked, `${id}: ${cancelled}`)
  else sayFailure(screen, 'not resolved', `${id}: ${failures[outcome]}`)
}
