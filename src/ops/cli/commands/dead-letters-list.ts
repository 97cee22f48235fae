import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { deadLetterPage } from '../../operations/dead-letters/list-dead-letters.ts'
import { presentDeadLetterList } from '../present/dead-letters.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { wholeNumber } from '../terminal/whole-number.ts'

interface ListOptions extends CommonOptions {
  limit: number
  offset: number
}

export function addListCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('list'))
    .description('dead letters by time of death, oldest first')
    .option('--limit <n>', 'at most this many', wholeNumber, 50)
    .option('--offset <n>', 'skip the first n', wholeNumber, 0)
    .addHelpText(
      'after',
      `
What was sent to a destination that is not configured is kept under that
destination; the list names such destinations.

Examples:
  ringback dead-letters list --limit 20 --offset 40
  ringback dead-letters list --json | jq -r '.deadLetters[].id'`,
    )
  answer(command, context, {
    run: ({ options }: Given<ListOptions>) => deadLetterPage(loadStoreConfig(context.env), options),
    present: presentDeadLetterList,
  })
}
