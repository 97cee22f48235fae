import { InvalidArgumentError, type Command } from 'commander'

import { isRecordId } from '../../../shared/contract/salesforce-id.ts'
import { resolveDeadLetter } from '../../../shared/store/dead-letters/dead-letters.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { presentResolved } from '../present/dead-letters.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { shownId } from '../present/shown-id.ts'
import { withAnyDestination } from './any-destination.ts'
import type { Resolved } from './dead-letter-answers.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

interface ResolveOptions extends CommonOptions {
  booked?: string
  /** commander's name for `--not-booked`; nothing is negated by it. */
  notBooked?: true
}

export function addResolveCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('resolve'))
    .description('say whether a callback that died as uncertain was booked')
    .argument('<id>', 'as `list` prints it')
    .option(
      '--booked <recordId>',
      'it was, by this ContactRequest: the callback ends as booked',
      readRecordId,
    )
    .option('--not-booked', 'it was not: it is sent again, with a new attempt budget')
    .addHelpText(
      'after',
      `
Look in Salesforce for a ContactRequest with the customer's number, made since the last attempt began (\`show\` has the
time). Exactly one of the two options has to be given. \`redrive\` sends it again without an answer, and marks it as a
possible duplicate.

Examples:
  ringback dead-letters resolve order-4714 --booked 0TzLT00000000w50AA
  ringback dead-letters resolve order-4714 --not-booked`,
    )
  action(command, async ([id = '']) => {
    const options = command.opts<ResolveOptions>()
    const { booked: recordId } = options
    if ((recordId === undefined) === (options.notBooked === undefined)) {
      command.error('error: give exactly one of --booked RECORD_ID and --not-booked')
    }
    const resolved = await withAnyDestination(
      context,
      options,
      async (redis, { config, place }) => {
        const retentionMs = config.retentionMs[place.destination] ?? config.defaultRetentionMs
        const resolution = { id, recordId, retentionMs, nowMs: context.clock.now() }
        const outcome = await resolveDeadLetter(redis, place, resolution)
        return { id: shownId(id), outcome, recordId } satisfies Resolved
      },
    )
    if (options.json) printJson(context.stdout, resolved)
    else presentResolved(resolved, createScreen(context.stdout, context))
    const { outcome } = resolved
    return outcome === 'booked' || outcome === 'redriven' ? exitStatus.done : exitStatus.problem
  })
}

function readRecordId(text: string): string {
  if (isRecordId(text)) return text
  throw new InvalidArgumentError('A ContactRequest’s id has 15 or 18 letters and digits.')
}
