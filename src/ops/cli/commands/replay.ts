import { Option, type Command } from 'commander'

import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { whoDecides } from '../terminal/who-and-why.ts'
import { planAndStart, type PlanOptions } from './plan-and-start.ts'
import { filterRequest, withFilters, type FilterOptions } from './run-filters.ts'
import { withPace } from './run-options.ts'
import { withWhoAndNote, type WhoAndNote } from './who-and-note.ts'

interface ReplayOptions extends CommonOptions, FilterOptions, PlanOptions, WhoAndNote {
  state?: 'booked' | 'dead'
  verify?: true
}

export function addReplayCommand(program: Command, context: CliContext): void {
  const filtered = withFilters(withCommonOptions(program.command('replay')), context)
    .addOption(new Option('--state <state>', 'ended so').choices(['booked', 'dead']))
    .option('--possible-duplicates', 'dead ones too that may have been booked')
    .option('--verify', 'leave out what Salesforce still has: each is asked for first')
    .option('--plan', 'only make the plan')
  const command: Command = withWhoAndNote(withPace(filtered))
    .description('send callbacks of a time again, booked ones too: Salesforce has lost them')
    .addHelpText(
      'after',
      `
For the day on which Salesforce restores a backup. Whatever is booked there
after all rings its customer twice: each booked one that is sent again is marked
as a possible duplicate, and keeps its first record id among the others. With
--verify the workers ask Salesforce for each first, and leave out what it still
has or cannot tell: it takes RINGBACK_ON_UNCERTAIN=verify at the destination.
--since is required. It reaches back as far as the results do, which is
RINGBACK_RETENTION. Cancelled and discarded ones are left out. As with
\`redrive\`, a plan is made first.

Examples:
  ringback replay --since 2026-11-26T08:00:00Z --until 20h --plan
  ringback replay --since 3h --until 1h --state booked --verify`,
    )
  converse<ReplayOptions>(command, context, ({ options }, output) => {
    const { destination, rate, note, state, verify } = options
    if (options.since === undefined) command.error('error: --since is required')
    const by = whoDecides(options, context)
    const filter = { ...filterRequest(options), state, verify }
    const request = { kind: 'replay', destination, rate, by, reason: note, filter } as const
    return planAndStart(request, options, { context, output })
  })
}
