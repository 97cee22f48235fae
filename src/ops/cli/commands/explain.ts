import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { explainCallback } from '../../operations/explain/explain-callback.ts'
import { presentExplanation } from '../present/explanation.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'

export function addExplainCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('explain'))
    .description('why a callback has not been sent, and when it will be')
    .argument('<id>', 'the callback’s id, as `enqueue` printed it')
    .addHelpText(
      'after',
      `
What keeps it, the first thing first: not due yet, the last attempt's error, a
pause, a failing Salesforce, those that go before it. When it is expected is
said where that can be known: at the earliest, at the rate of this moment.
Exit status 1 if no callback has this id.

Examples:
  ringback explain order-4711
  ringback explain order-4711 --json | jq -r '.reasons[].code'`,
    )
  answer(command, context, {
    run: ({ args: [id = ''], options: { destination } }: Given<CommonOptions>) =>
      explainCallback(loadStoreConfig(context.env), { id, destination }, context.clock),
    present: presentExplanation,
    isDone: ({ state }) => state !== 'unknown',
  })
}
