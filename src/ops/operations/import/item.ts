import type { Problem } from '../../../shared/errors/problem.ts'
import { maxLineBytes } from './read-lines.ts'

/** What one line of a file says: something to submit, or why it cannot be understood. */
export type Item =
  | { kind: 'intent'; line: number; value: unknown }
  | { kind: 'problem'; line: number; problems: readonly Problem[] }

export function lineProblem(line: number, message: string): Item {
  return { kind: 'problem', line, problems: [{ field: 'line', message }] }
}

export const tooLong = `is longer than ${maxLineBytes} bytes`
export const notUtf8 = 'is not valid UTF-8'
