import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import {
  planRedrive,
  redriveDeadLetters,
  warningsOf,
  type RedrivePlan,
} from '../../operations/dead-letters/redrive-dead-letters.ts'
import { presentRedrives, presentWarnings } from '../present/dead-letters.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'

interface RedriveOptions extends CommonOptions {
  yes?: true
}

export function addRedriveCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('redrive'))
    .description('send dead letters again, each with a new attempt budget')
    .argument('<id...>', 'as `list` prints them')
    .option('--yes', 'do not ask for confirmation, whatever the warnings')
    .addHelpText(
      'after',
      `
Warnings come first: an earlier attempt of a possible duplicate may have been
booked, and then the customer is called twice. On a terminal you are asked to
confirm. Exit status 1 if any of them could not be redriven; the others are.
Exit status 2 if you answer no.

Example:
  ringback dead-letters redrive order-4711 order-4712`,
    )
  converse<RedriveOptions>(command, context, async ({ args: ids, options }, output) => {
    const request = { ids, destination: options.destination }
    const plan = await planRedrive(loadStoreConfig(context.env), request, context.clock)
    if (!(await mayGoOn(plan, options, output))) return exitStatus.usage
    const redrives = await output.printAll(redriveDeadLetters(plan, context.clock), presentRedrives)
    return redrives.every(({ outcome }) => outcome === 'redriven')
      ? exitStatus.done
      : exitStatus.problem
  })
}

/** Programs are not asked: they find the warnings beside what was done. */
async function mayGoOn(plan: RedrivePlan, { yes }: RedriveOptions, output: Output) {
  const warnings = warningsOf(plan)
  if (warnings.length === 0) return true
  output.tell(warnings, presentWarnings)
  return yes === true || (await output.ask('Redrive all the same?')) !== false
}
