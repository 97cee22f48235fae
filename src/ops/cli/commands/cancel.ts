import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { cancelCallbacks, type CancelRequest } from '../../operations/cancel/cancel-callbacks.ts'
import { presentCancelled } from '../present/cancel.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { callbackNumber, callId } from '../terminal/clue.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'

interface CancelOptions extends CommonOptions, WhoAndWhy {
  number?: string
  callId?: string
}

export function addCancelCommand(program: Command, context: CliContext): void {
  const command: Command = withWhoAndWhy(withCommonOptions(program.command('cancel')))
    .description('withdraw callbacks: nothing more is sent for them')
    .argument('[id...]', 'the ids they were submitted with')
    .option('--number <e164>', 'all callbacks of this number instead', callbackNumber)
    .option('--call-id <id>', 'all callbacks of this call instead', callId)
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
    const which = whichOf(ids, options)
    if (which === undefined) {
      command.error('error: give ids, or exactly one of --number and --call-id')
    }
    const request = { which, destination, reason, by: whoDecides(options, context) }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone =
      all.length > 0 &&
      all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}

/** Undefined unless it was said in exactly one way. */
function whichOf(
  ids: readonly string[],
  { number, callId: call }: CancelOptions,
): CancelRequest['which'] | undefined {
  const given: CancelRequest['which'][] = ids.length > 0 ? [ids] : []
  if (number !== undefined) given.push({ kind: 'number', callbackNumber: number })
  if (call !== undefined) given.push({ kind: 'call', callId: call })
  return given.length === 1 ? given[0] : undefined
}
