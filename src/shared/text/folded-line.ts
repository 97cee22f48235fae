import { foldText } from './fold-text.ts'

const indent = ' '.repeat(4)

/** Folded at blanks where a terminal is too narrow for it, the rest indented. One that nobody has told its size says 0. */
export function foldedLine(line: string, columns: number | undefined): string {
  if (columns === undefined || columns === 0 || line.length <= columns) return line
  const text = line.trimStart()
  const before = line.slice(0, line.length - text.length)
  const [first = '', ...rest] = foldText(text, columns - indent.length)
  return [`${before}${first}`, ...rest.map((each) => `${indent}${each}`)].join('\n')
}
