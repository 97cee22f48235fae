import type { Result } from '../../shared/results/results.ts'
import { printable } from './printable.ts'
import type { Screen } from './screen.ts'

/** One line for one end. */
export function presentResult(result: Result, { line, paint }: Screen): void {
  const { at, state, id, attempts, recordId, reason, code, attributes } = result
  const colour = state === 'booked' ? 'green' : 'red'
  const parts = [
    at.replace('T', ' '),
    paint(colour, printable(state).padEnd('cancelled'.length)),
    printable(id),
    recordId ?? [reason, code].filter((part) => part !== undefined).join(', '),
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    result.verified ? 'verified' : '',
    result.possibleDuplicate ? paint('yellow', 'possible duplicate') : '',
    ...Object.entries(attributes ?? {}).map(([name, value]) => `${name}=${printable(value)}`),
  ]
  line(parts.filter((part) => part !== '').join('  '))
}
