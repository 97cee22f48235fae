import { InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { parseCancelRequest } from '../../../shared/contract/cancel-request.ts'
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
    .argument('<id...>', 'as they were submitted')
    .option('--reason <text>', 'why; kept with the callback', readAs('reason'))
    .option('--by <name>', 'who (default: the user at this terminal)', readAs('by'))
    .addHelpText(
      'after',
      `
What is being sent cannot be called back: such a callback ends as cancelled
unless that attempt books it, and no other attempt follows. Exit status 1 if
any of them is booked, dead or unknown; the others are cancelled.

Example:
  ringback cancel order-4711 --reason 'reached by mail'`,
    )
  converse<CancelOptions>(command, context, async ({ args: ids, options }, output) => {
    const { destination, reason, by = context.env['USER'] } = options
    const request = { ids, destination, reason, by }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone = all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}

/** The rules are those of an entry that asks for it. */
function readAs(field: 'by' | 'reason') {
  return (text: string): string => {
    const parsed = parseCancelRequest({ id: 'any', [field]: text })
    if (parsed.kind === 'ok') return text
    const [problem] = parsed.problems
    throw new InvalidArgumentError(`It ${problem?.message ?? 'cannot be taken'}.`)
  }
}
