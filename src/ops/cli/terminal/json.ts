import { printable } from '../../../shared/text/printable.ts'
import type { Terminal } from './cli-context.ts'

/** One line of JSON Lines. JSON's own escapes are what makes a text printable, so nothing of it is lost. */
export function toJson(value: unknown): string {
  return printable(JSON.stringify(value))
}

/** What a command prints that answers with one document: for programs, and still readable. */
export function printJson(terminal: Terminal, value: unknown): void {
  const lines = JSON.stringify(value, undefined, 2).split('\n')
  terminal.write(`${lines.map(printable).join('\n')}\n`)
}
