import { InvalidArgumentError, type Command } from 'commander'

import { whoProblem, whyProblem } from '../../../shared/contract/who-and-why.ts'
import type { CliContext } from './cli-context.ts'

export interface WhoAndWhy {
  by?: string
  reason?: string
}

/** For a decision that is kept with what it is about. */
export function withWhoAndWhy(command: Command): Command {
  return command
    .option('--reason <text>', 'why; kept, and shown to others', readIf(whyProblem))
    .option('--by <name>', 'who (default: the user at this terminal)', readIf(whoProblem))
}

/** Who decides: the user at this terminal, if nobody else is named and the name can be kept. */
export function whoDecides({ by }: WhoAndWhy, { env }: CliContext): string | undefined {
  if (by !== undefined) return by
  const name = env['USER'] ?? ''
  return whoProblem(name) === undefined ? name : undefined
}

export function readIf(problemOf: (text: string) => string | undefined) {
  return (text: string): string => {
    const problem = problemOf(text)
    if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`)
    return text
  }
}
