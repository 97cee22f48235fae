import type { Result } from '../../../shared/store/results/results.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Screen } from '../terminal/screen.ts'

/** One line for one end; on a terminal that is too narrow for it, two. */
export function presentResult(result: Result, { line, paint, columns = Infinity }: Screen): void {
  const { at, state, id, submittedId, attempts, recordId, reason, code, attributes } = result
  const colour = state === 'booked' ? 'green' : 'red'
  const status = printable(state).padEnd('cancelled'.length)
  const name = submittedId === undefined ? printable(id) : `${printable(submittedId)} (${id})`
  const rest = [
    recordId ?? [reason, code].filter((part) => part !== undefined).join(', '),
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    result.verified ? 'verified' : '',
    result.possibleDuplicate ? 'possible duplicate' : '',
    ...Object.entries(attributes ?? {}).map(([key, value]) => `${key}=${printable(value)}`),
  ].filter((part) => part !== '')
  const plain = [at.replace('T', ' '), status, name, ...rest].join('  ')
  const first = [at.replace('T', ' '), paint(colour, status), name].join('  ')
  const second = rest
    .map((part) => (part === 'possible duplicate' ? paint('yellow', part) : part))
    .join('  ')
  if (plain.length <= columns) return line(`${first}  ${second}`)
  line(first)
  line(`  ${second}`)
}
