import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { cancelCallbacks } from '../../operations/cancel/cancel-callbacks.ts'
import { presentCancelled } from '../present/cancel.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'

type CancelOptions = CommonOptions & WhoAndWhy

export function addCancelCommand(program: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(program.command('cancel')))
    .description('withdraw callbacks: nothing more is sent for them')
    .argument('<id...>', 'the ids they were submitted with')
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
    const { destination, reason } = options
    const request = { ids, destination, reason, by: whoDecides(options, context) }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone = all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}
