import { createInterface } from 'node:readline'

import type { CliContext } from './cli-context.ts'

/** Whether there is somebody at a terminal who can be asked, and sees the question. */
export function canAsk({ stdin, stdout }: CliContext): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true && stdout.isTTY === true
}

/** Asks at the terminal. Only a plain yes is one; whatever ends the input is a no, and is said to be. */
export async function confirmed(context: CliContext, question: string): Promise<boolean> {
  const { stdin, stdout, stopped } = context
  stdout.write(`${question} [y/N] `)
  const lines = createInterface({ input: stdin, signal: stopped })
  try {
    for await (const line of lines) return /^\s*y(?:es)?\s*$/i.test(line)
    stdout.write('\nThere was no answer, which is taken for a no.\n')
    return false
  } finally {
    lines.close()
  }
}
