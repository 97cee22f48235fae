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
import type { PlanOptions } from './plan-and-start.ts'
import { redriveSome, withRedriveOptions } from './redrive.ts'
import { hasFilter, type FilterOptions } from './run-filters.ts'
import type { WhoAndNote } from './who-and-note.ts'
import { operatorHere } from './operator-here.ts'

interface RedriveOptions extends CommonOptions, FilterOptions, PlanOptions, WhoAndNote {}

export function addRedriveCommand(group: Command, context: CliContext): void {
  const command: Command = withRedriveOptions(withCommonOptions(group.command('redrive')), context)
    .description('send dead letters again, each with a new attempt budget')
    .argument('[id...]', 'as `list` prints them; or say which by a filter')
    .addHelpText(
      'after',
      `
Warnings come first: an earlier attempt of a possible duplicate may have been
booked, and then the customer is called twice. On a terminal you are asked to
confirm. Exit status 1 if any of them could not be redriven; the others are.
Exit status 2 if you answer no. By a filter it is a run, as with
\`ringback redrive\`, which takes all where none is given.

Examples:
  ringback dead-letters redrive order-4711 order-4712
  ringback dead-letters redrive --reason exhausted --since 2h --plan`,
    )
  converse<RedriveOptions>(command, context, ({ args: ids, options }, output) => {
    const isByFilter = hasFilter(options)
    if (isByFilter === ids.length > 0) command.error('error: give either ids or a filter')
    const face = { context, output }
    return isByFilter ? redriveSome(options, face) : redriveEach(ids, options, face)
  })
}

async function redriveEach(
  ids: readonly string[],
  options: RedriveOptions,
  { context, output }: { context: CliContext; output: Output },
): Promise<number> {
  const { destination, note: reason } = options
  const request = { ids, destination, reason, operator: operatorHere(options, context) }
  const plan = await planRedrive(loadStoreConfig(context.env), request, context.clock)
  if (!(await mayGoOn(plan, options, output))) return exitStatus.usage
  const redrives = await output.printAll(redriveDeadLetters(plan, context.clock), presentRedrives)
  return redrives.every(({ outcome }) => outcome === 'redriven')
    ? exitStatus.done
    : exitStatus.problem
}

/** Programs are not asked: they find the warnings beside what was done. */
async function mayGoOn(plan: RedrivePlan, { yes }: RedriveOptions, output: Output) {
  const warnings = warningsOf(plan)
  if (warnings.length === 0) return true
  output.tell(warnings, presentWarnings)
  return yes === true || (await output.ask('Redrive all the same?')) !== false
}
