import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { discardDeadLetters } from '../../operations/dead-letters/discard-dead-letters.ts'
import { presentDiscards } from '../present/dead-letters.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { whoDecides } from '../terminal/who-and-why.ts'
import { planAndStart } from './plan-and-start.ts'
import { filterRequest, hasFilter, withFilters, type FilterOptions } from './run-filters.ts'
import { withWhoAndNote, type WhoAndNote } from './who-and-note.ts'
import { operatorHere } from './operator-here.ts'

interface DiscardOptions extends CommonOptions, FilterOptions, WhoAndNote {
  plan?: true
  yes?: true
}

export function addDiscardCommand(group: Command, context: CliContext): void {
  const filtered = withFilters(withCommonOptions(group.command('discard')), context)
    .option('--plan', 'with a filter: only make the plan')
    .option('--yes', 'with a filter: start it without asking')
  const command: Command = withWhoAndNote(filtered)
    .description('discard dead letters: nothing more is done about them')
    .argument('[id...]', 'as `list` prints them; or say which by a filter')
    .addHelpText(
      'after',
      `
They leave the list at once and are deleted after the retention
(RINGBACK_RETENTION). Exit status 1 if any of them could not be discarded; the
others are. By a filter it is a run, as with \`ringback redrive\`: a plan is made
first, and the workers carry it out.

Examples:
  ringback dead-letters discard order-4713
  ringback dead-letters discard --reason expired --older-than 30d --plan`,
    )
  converse<DiscardOptions>(command, context, ({ args: ids, options }, output) => {
    const isByFilter = hasFilter(options)
    if (isByFilter === ids.length > 0) command.error('error: give either ids or a filter')
    return isByFilter
      ? discardSome(options, context, output)
      : discardEach(ids, options, { context, output })
  })
}

async function discardEach(
  ids: readonly string[],
  options: DiscardOptions,
  { context, output }: { context: CliContext; output: Output },
): Promise<number> {
  const config = loadStoreConfig(context.env)
  const { destination, note: reason } = options
  const request = { ids, destination, reason, operator: operatorHere(options, context) }
  const discarding = discardDeadLetters(config, request, context.clock)
  const discards = await output.printAll(discarding, presentDiscards)
  return discards.every(({ outcome }) => outcome === 'discarded')
    ? exitStatus.done
    : exitStatus.problem
}

function discardSome(
  options: DiscardOptions,
  context: CliContext,
  output: Output,
): Promise<number> {
  const { destination, note } = options
  const by = whoDecides(options, context)
  const filter = filterRequest(options)
  const request = { kind: 'discard', destination, by, reason: note, filter } as const
  return planAndStart(request, options, { context, output })
}
