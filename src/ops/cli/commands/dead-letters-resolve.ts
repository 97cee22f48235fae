import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { resolveUncertain } from '../../operations/dead-letters/resolve-dead-letter.ts'
import { presentResolved } from '../present/dead-letters.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { recordId } from '../terminal/clue.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { withWho, type Who } from '../terminal/who-and-why.ts'
import { operatorHere } from './operator-here.ts'

interface ResolveOptions extends CommonOptions, Who {
  booked?: string
  /** commander's name for `--not-booked`; nothing is negated by it. */
  notBooked?: true
}

export function addResolveCommand(group: Command, context: CliContext): void {
  const command = withWho(withCommonOptions(group.command('resolve')))
    .description('record whether a callback that died as uncertain was booked')
    .argument('<id>', 'as `list` prints it')
    .option(
      '--booked <recordId>',
      'it was, as this ContactRequest: the callback ends as booked',
      recordId,
    )
    .option('--not-booked', 'it was not: it is sent again, with a new attempt budget')
    .addHelpText(
      'after',
      `
Look in Salesforce for a ContactRequest with the customer's number, made since
the last attempt began (\`show\` has the time). Exactly one of the two options is
required. \`redrive\` sends it again without deciding, and marks it as a possible
duplicate.

Examples:
  ringback dead-letters resolve order-4714 --booked 0TzLT00000000w50AA
  ringback dead-letters resolve order-4714 --not-booked`,
    )
  answer(command, context, {
    run: ({ args: [id = ''], options }: Given<ResolveOptions>) => {
      const { booked, notBooked, destination } = options
      if ((booked === undefined) === (notBooked === undefined)) {
        command.error('error: give exactly one of --booked RECORD_ID and --not-booked')
      }
      const operator = operatorHere(options, context)
      const request = { id, recordId: booked, destination, operator }
      return resolveUncertain(loadStoreConfig(context.env), request, context.clock)
    },
    present: presentResolved,
    isDone: ({ outcome }) => done.includes(outcome),
  })
}

const done: readonly string[] = ['booked', 'redriven', 'cancelled']
