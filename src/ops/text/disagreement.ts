import type { Disagreement } from '../../shared/config/disagreements.ts'
import { printable } from '../../shared/text/printable.ts'

/** Enough to see which they are; a fleet has hundreds. */
const named = 3

/** As in `rate is 10 for host-1, 5 for host-2 and host-3`. What a worker says of itself is Redis' content, and may be anything. */
export function describeDisagreement({ setting, values }: Disagreement): string {
  const each = values.map(({ value, workers }) => `${String(value)} for ${namesOf(workers)}`)
  return printable(`${setting} is ${each.join(', ')}`)
}

function namesOf(workers: readonly string[]): string {
  const first = workers.slice(0, named).join(' and ')
  const more = workers.length - named
  return more > 0 ? `${first} and ${more} more` : first
}
