import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { cancelCallbacks } from '../../operations/cancel/cancel-callbacks.ts'
import { attribute, type Attribute } from '../terminal/attribute.ts'
import type { Output } from '../terminal/output.ts'
import { planAndStart } from './plan-and-start.ts'
import { presentCancelled } from '../present/cancel.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'
import { wantedOf, withWanted, type WantedOptions } from './wanted.ts'
import { operatorHere } from './operator-here.ts'

interface CancelOptions extends CommonOptions, WantedOptions, WhoAndWhy {
  attribute?: readonly Attribute[]
  plan?: true
  yes?: true
}

export function addCancelCommand(program: Command, context: CliContext): void {
  const wanted = withWanted(withCommonOptions(program.command('cancel')))
    .option('--attribute <name=value>', 'all that wait with it; may be repeated', attribute)
    .option('--plan', 'with --attribute: only make the plan')
    .option('--yes', 'with --attribute: start it without asking')
  const command: Command = withWhoAndWhy(wanted)
    .description('withdraw callbacks: nothing more is sent for them')
    .addHelpText(
      'after',
      `
A request that is on its way cannot be recalled: its callback ends as cancelled
unless that attempt books it, and no further attempt follows. Exit status 1 if
any of them is booked, dead or unknown, or if there is none; the others are
cancelled. By number and by call, only what a worker has taken in is found. By
attribute it is a run, as with \`ringback redrive\`: all callbacks are looked at,
a plan is made, and the workers carry it out. Where nobody can be asked, only
the plan is made, unless you say --yes.

Examples:
  ringback cancel order-4711 --reason 'reached by mail'
  ringback cancel --number +18445791189 --reason 'asked us not to call'
  ringback cancel --attribute campaign=spring --plan`,
    )
  converse<CancelOptions>(command, context, async ({ args: ids, options }, output) => {
    const { destination, reason, attribute: attributes } = options
    if (waysIn(ids, options) !== 1) command.error(`error: ${ways}`)
    if (attributes !== undefined) return cancelSome({ ...options, attributes }, context, output)
    const which = wantedOf(command, ids, options)
    const by = whoDecides(options, context)
    const operator = operatorHere(options, context)
    const request = { which, destination, reason, by, operator }
    const cancelling = cancelCallbacks(loadStoreConfig(context.env), request, context.clock)
    const all = await output.printAll(cancelling, presentCancelled)
    const isDone =
      all.length > 0 &&
      all.every(({ outcome }) => outcome === 'cancelled' || outcome === 'under-way')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}

const ways = 'give ids, or exactly one of --number, --call-id and --attribute'

/** In how many ways it was said which are meant. */
function waysIn(ids: readonly string[], { number, callId, attribute: by }: CancelOptions): number {
  const given = [ids.length > 0 ? ids : undefined, number, callId, by]
  return given.filter((each) => each !== undefined).length
}

/** However many there are: as a run. */
function cancelSome(
  {
    destination,
    reason,
    attributes,
    ...options
  }: CancelOptions & { attributes: readonly Attribute[] },
  context: CliContext,
  output: Output,
): Promise<number> {
  const by = whoDecides(options, context)
  const filter = { attributes, possibleDuplicates: true }
  const request = { kind: 'cancel', destination, by, reason, filter } as const
  return planAndStart(request, options, { context, output })
}
