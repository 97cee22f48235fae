import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { cancelCallbacks } from '../../operations/cancel/cancel-callbacks.ts'
import { presentCancelled } from '../present/cancel.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'
import { wantedOf, withWanted, type WantedOptions } from './wanted.ts'

interface CancelOptions extends CommonOptions, WantedOptions, WhoAndWhy {}

export function addCancelCommand(program: Command, context: CliContext): void {
  const command: Command = withWhoAndWhy(withWanted(withCommonOptions(program.command('cancel'))))
    .description('withdraw callbacks: nothing more is sent for them')
    .addHelpText(
      'after',
      `
A request that is on its way cannot be recalled: its callback ends as cancelled
unless that attempt books it, and no further attempt follows. Exit status 1 if
any of them is booked, dead or unknown, or if there is none; the others are
cancelled. By number and by call, only what a worker has taken in is found.

Examples:
  ringback cancel order-4711 --reason 'reached by mail'
  ringback cancel --number +18445791189 --reason 'asked us not to call'`,
    )
  converse<CancelOptions>(command, context, async ({ args: ids, options }, output) => {
    const { destination, reason } = options
    const which = wantedOf(command, ids, options)
    const request = { which, destination, reason, by: whoDecides(options, context) }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone =
      all.length > 0 &&
      all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}
