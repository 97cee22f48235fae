import { printable } from '../../../shared/text/printable.ts'
import type { Cancelled } from '../../operations/cancel/cancel-callbacks.ts'
import { sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentCancelled(all: readonly Cancelled[], screen: Screen): void {
  if (all.length === 0) screen.line('No callback is found.')
  for (const each of all) {
    const { id, outcome } = each
    if (outcome === 'cancelled') sayPainted(screen, { colour: 'green', word: outcome }, id)
    else if (outcome === 'under-way')
      sayPainted(screen, { colour: 'yellow', word: 'under way' }, `${id}: ${underWay}`)
    else sayPainted(screen, { colour: 'red', word: 'not cancelled' }, `${id}: ${reasonOf(each)}`)
  }
}

const underWay = 'it ends as cancelled, unless the attempt that is under way books it'

function reasonOf(each: Cancelled): string {
  switch (each.outcome) {
    case 'booked':
      return `Salesforce has created ContactRequest ${printable(each.recordId)}`
    case 'dead':
      return `it is a dead letter (${each.reason}); see \`ringback dead-letters show\``
    default:
      return 'no callback with this id is known'
  }
}
