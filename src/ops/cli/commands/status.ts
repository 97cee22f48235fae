import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { findCallback } from '../../operations/status/find-callback.ts'
import { presentRecord } from '../present/record.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { shownRecord, withRevealOption, type RevealOptions } from './reveal.ts'

export function addStatusCommand(program: Command, context: CliContext): void {
  const command = withRevealOption(withCommonOptions(program.command('status')))
    .description('everything about one callback: state, times, and each attempt with its outcome')
    .argument('<id>', 'the callback’s id, as `enqueue` printed it')
    .addHelpText(
      'after',
      `
The customer's number is masked, with --json too: there \`intent.callbackNumber\`
and whatever looks like a number in \`raw\` (what was sent, if it was not an
intent) is masked; everything else is as the ledger has it. --reveal masks
nothing, and writes a line of JSON to stderr that says who saw what.

Examples:
  ringback status order-4711
  ringback status order-4711 --json | jq -r .state`,
    )
  // For programs the ledger's record is the whole answer: why it is so, they ask `explain`.
  converse<CommonOptions & RevealOptions>(
    command,
    context,
    async ({ args: [id = ''], options }, output) => {
      const request = { id, destination: options.destination }
      const found = await findCallback(loadStoreConfig(context.env), request, context.clock)
      const record = await shownRecord(found.record, options, context)
      const { expectedAt, reasons } = found.explanation
      const outlook = { reason: reasons[0], expectedAt }
      output.print(record, (each, screen) => presentRecord(each, screen, outlook))
      return exitStatus.done
    },
  )
}
