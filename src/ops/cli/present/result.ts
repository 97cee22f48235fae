import type { Result } from '../../../shared/store/results/results.ts'
import { foldText } from '../../../shared/text/fold-text.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Screen } from '../terminal/screen.ts'

/** One line for one end; on a terminal that is too narrow for it, more. */
export function presentResult(result: Result, { line, paint, columns = Infinity }: Screen): void {
  const { at, state, id, submittedId, attempts, recordId, reason, code, attributes } = result
  const colour = state === 'booked' ? 'green' : 'red'
  const status = printable(state).padEnd('cancelled'.length)
  const name = submittedId === undefined ? printable(id) : `${printable(submittedId)} (${id})`
  const rest = [
    recordId ?? [reason, code].filter((part) => part !== undefined).join(', '),
    `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`,
    result.verified ? 'verified' : '',
    result.possibleDuplicate ? duplicate : '',
    ...Object.entries(attributes ?? {}).map(([key, value]) => `${key}=${printable(value)}`),
  ].filter((part) => part !== '')
  const plain = [at.replace('T', ' '), status, name, ...rest].join(gap)
  const first = [at.replace('T', ' '), paint(colour, status), name].join(gap)
  const painted = (parts: readonly string[]) =>
    parts.map((part) => (part === duplicate ? paint('yellow', part) : part)).join(gap)
  if (plain.length <= columns) return line([first, painted(rest)].join(gap))
  line(first)
  for (const parts of packed(rest, columns - gap.length)) line(`${gap}${painted(parts)}`)
}

const gap = '  '
const duplicate = 'possible duplicate'

/** As many parts on a line as there is room for; one that is longer than a line is broken. */
function packed(parts: readonly string[], width: number): string[][] {
  const lines: string[][] = []
  for (const part of parts.flatMap((each) => foldText(each, width))) {
    const last = lines.at(-1)
    if (last !== undefined && [...last, part].join(gap).length <= width) last.push(part)
    else lines.push([part])
  }
  return lines
}
