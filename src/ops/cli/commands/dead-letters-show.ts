import type { Command } from 'commander'

import { RingbackError } from '../../../shared/errors/errors.ts'
import { readCallback, type CallbackRecord } from '../../../shared/store/ledger/callback-record.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { printJson } from '../present/json.ts'
import { presentRecord } from '../present/record.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withAnyDestination } from './any-destination.ts'
import { shownRecord, withRevealOption, type RevealOptions } from './reveal.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

export function addShowCommand(group: Command, context: CliContext): void {
  const command = withRevealOption(withCommonOptions(group.command('show')))
    .description('all that is known of one dead letter, and what was sent if it was no intent')
    .argument('<id>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
Whatever looks like a phone number is masked, with --json too; --reveal masks nothing, and logs on stderr who saw what.

Example:
  ringback dead-letters show inbox-1772120452000-0`,
    )
  action(command, async ([id = '']) => {
    const options = command.opts<CommonOptions & RevealOptions>()
    const record = shownRecord(await findDeadLetter(context, options, id), options, context)
    if (options.json) printJson(context.stdout, record)
    else presentRecord(record, createScreen(context.stdout, context))
    return exitStatus.done
  })
}

function findDeadLetter(
  context: CliContext,
  options: CommonOptions,
  id: string,
): Promise<CallbackRecord> {
  return withAnyDestination(context, options, async (redis, { place }) => {
    const record = await readCallback(redis, place, id)
    if (record?.state === 'dead') return record
    const name = `"${shownId(id)}"`
    throw record === undefined
      ? new RingbackError('callback-not-found', `No dead letter ${name} is known.`)
      : new RingbackError('not-a-dead-letter', `The callback ${name} is ${record.state}.`)
  })
}
