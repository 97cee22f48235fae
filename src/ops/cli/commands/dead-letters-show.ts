import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { findDeadLetter } from '../../operations/dead-letters/find-dead-letter.ts'
import { presentRecord } from '../present/record.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { shownRecord, withRevealOption, type RevealOptions } from './reveal.ts'

export function addShowCommand(group: Command, context: CliContext): void {
  const command = withRevealOption(withCommonOptions(group.command('show')))
    .description(
      'everything known about one dead letter, and what was sent if it was not an intent',
    )
    .argument('<id>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
Whatever looks like a phone number is masked, with --json too; --reveal masks
nothing, and logs on stderr who saw what. Of what was sent no more than a screen
is shown; --json has all of it.

Example:
  ringback dead-letters show inbox-1772120452000-0`,
    )
  answer(command, context, {
    run: async ({ args: [id = ''], options }: Given<CommonOptions & RevealOptions>) => {
      const { destination } = options
      const record = await findDeadLetter(loadStoreConfig(context.env), { id, destination })
      return await shownRecord(record, options, context)
    },
    present: presentRecord,
  })
}
