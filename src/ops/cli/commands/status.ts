import type { Command } from 'commander'

import { RingbackError } from '../../../shared/errors/errors.ts'
import { readCallback, type CallbackRecord } from '../../../shared/store/ledger/callback-record.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { printJson } from '../present/json.ts'
import { quoted } from '../present/quoted.ts'
import { presentRecord } from '../present/record.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withAnyDestination } from './any-destination.ts'
import { shownRecord, withRevealOption, type RevealOptions } from './reveal.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

export function addStatusCommand(program: Command, context: CliContext): void {
  const command = withRevealOption(withCommonOptions(program.command('status')))
    .description(
      'the whole story of one callback: state, times, and every attempt with its outcome',
    )
    .argument('<id>', 'the callback’s id, as `enqueue` printed it')
    .addHelpText(
      'after',
      `
The customer's number is masked, with --json too: there \`intent.callbackNumber\` and whatever looks like a number in
\`raw\` (what was sent, where it was no intent) is masked, and all else is as the ledger has it.
--reveal masks nothing, and writes a line of JSON to stderr that says who saw what.

Examples:
  ringback status order-4711
  ringback status order-4711 --json | jq -r .state`,
    )
  action(command, async ([id = '']) => {
    const options = command.opts<CommonOptions & RevealOptions>()
    const found = await findCallback(context, options, id)
    const record = shownRecord(found, options, context)
    if (options.json) printJson(context.stdout, record)
    else presentRecord(record, createScreen(context.stdout, context))
    return exitStatus.done
  })
}

/** Throws `callback-not-found`. */
function findCallback(
  context: CliContext,
  options: CommonOptions,
  id: string,
): Promise<CallbackRecord> {
  return withAnyDestination(context, options, async (redis, { place }) => {
    const record = await readCallback(redis, place, id)
    if (record !== undefined) return record
    throw new RingbackError(
      'callback-not-found',
      `No callback "${shownId(id)}" is known at the destination ${quoted(place.destination)}.`,
    )
  })
}
