import { printable } from '../../../shared/text/printable.ts'
import type { Rescheduled } from '../../operations/reschedule/reschedule-callbacks.ts'
import { plainTime } from '../../text/plain-time.ts'
import { sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentRescheduled(all: readonly Rescheduled[], screen: Screen): void {
  if (all.length === 0) screen.line('No callback is found.')
  for (const each of all) {
    if (each.outcome === 'moved') {
      const when = plainTime(each.dueAt, screen.nowMs())
      sayPainted(screen, { colour: 'green', word: 'moved' }, `${each.id}: due ${when}`)
    } else {
      const text = `${each.id}: ${reasonOf(each, screen)}`
      sayPainted(screen, { colour: 'red', word: 'not moved' }, text)
    }
  }
}

function reasonOf(each: Exclude<Rescheduled, { outcome: 'moved' }>, { nowMs }: Screen): string {
  switch (each.outcome) {
    case 'under-way':
      return 'an attempt is under way, or in doubt'
    case 'expires-first':
      return `it expires ${plainTime(each.expiresAt, nowMs())}`
    case 'booked':
      return `Salesforce has created ContactRequest ${printable(each.recordId)}`
    case 'dead':
      return `it is a dead letter (${each.reason}); see \`ringback dead-letters show\``
    case 'cancelled':
      return `it was cancelled ${plainTime(each.at, nowMs())}`
    case 'unknown':
      return 'no callback with this id is known'
  }
}
