import type { Terminal } from '../cli-context.ts'

/** One line of JSON Lines. */
export function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/** What a command prints that answers with one document: for programs, and still readable. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.write(`${JSON.stringify(value, undefined, 2)}\n`)
}
