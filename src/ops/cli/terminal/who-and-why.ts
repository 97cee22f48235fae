import { InvalidArgumentError, type Command } from 'commander'

import { readOperatorName } from '../../../shared/config/load.ts'
import { whoProblem, whyProblem } from '../../../shared/contract/who-and-why.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { userName } from '../../text/user-name.ts'
import type { CliContext } from './cli-context.ts'

export interface Who {
  by?: string
}

export interface WhoAndWhy extends Who {
  reason?: string
}

/** For whatever is written into the operators' log. */
export function withWho(command: Command): Command {
  return command.option('--by <name>', 'who (default: RINGBACK_OPERATOR, or the user)', readWho)
}

/** For a decision that is kept with what it is about. */
export function withWhoAndWhy(command: Command): Command {
  return withWho(
    command.option('--reason <text>', 'why; kept, and shown to others', readIf(whyProblem)),
  )
}

/** Who decides: whoever the settings name, or the user at this terminal, if nobody else is named and the name can be kept. */
export function whoDecides({ by }: Who, { env }: CliContext): string | undefined {
  if (by !== undefined) return by
  const name = readOperatorName(env) ?? env['USER'] ?? userName()
  return whoProblem(name) === undefined ? name : undefined
}

const readName = readIf(whoProblem)

/** A number in a name would stand wherever the name does. */
function readWho(text: string): string {
  return maskNumbersIn(readName(text))
}

export function readIf(problemOf: (text: string) => string | undefined) {
  return (text: string): string => {
    const problem = problemOf(text)
    if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`)
    return text
  }
}
