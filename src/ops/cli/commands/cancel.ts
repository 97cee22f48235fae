import { InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { whoProblem, whyProblem } from '../../../shared/contract/who-and-why.ts'
import { cancelCallbacks } from '../../operations/cancel/cancel-callbacks.ts'
import { presentCancelled } from '../present/cancel.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'

interface CancelOptions extends CommonOptions {
  by?: string
  reason?: string
}

export function addCancelCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('cancel'))
    .description('withdraw callbacks: nothing more is sent for them')
    .argument('<id...>', 'the ids they were submitted with')
    .option('--reason <text>', 'why; kept with the callback', readIf(whyProblem))
    .option('--by <name>', 'who (default: the user at this terminal)', readIf(whoProblem))
    .addHelpText(
      'after',
      `
A request that is on its way cannot be recalled: its callback ends as cancelled
unless that attempt books it, and no further attempt follows. Exit status 1 if
any of them is booked, dead or unknown; the others are cancelled.

Example:
  ringback cancel order-4711 --reason 'reached by mail'`,
    )
  converse<CancelOptions>(command, context, async ({ args: ids, options }, output) => {
    const { destination, reason, by = defaultName(context) } = options
    const request = { ids, destination, reason, by }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone = all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}

/** Of the user at this terminal, if it can be kept. */
function defaultName({ env }: CliContext): string | undefined {
  const name = env['USER'] ?? ''
  return whoProblem(name) === undefined ? name : undefined
}

function readIf(problemOf: (text: string) => string | undefined) {
  return (text: string): string => {
    const problem = problemOf(text)
    if (problem !== undefined) throw new InvalidArgumentError(`It ${problem}.`)
    return text
  }
}
