import type { Command } from 'commander'

import {
  countDeadLetters,
  listDeadLetters,
} from '../../../shared/store/dead-letters/dead-letters.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { presentDeadLetterList } from '../present/dead-letters.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { withAnyDestination } from './any-destination.ts'
import { strayDeadLetters } from './dead-letter-store.ts'
import type { DeadLetterPage } from './dead-letter-answers.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'
import { wholeNumber } from './whole-number.ts'

interface ListOptions extends CommonOptions {
  limit: number
  offset: number
}

export function addListCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('list'))
    .description('dead letters by time of death, oldest first')
    .option('--limit <n>', 'at most so many', wholeNumber, 50)
    .option('--offset <n>', 'leave out the first n', wholeNumber, 0)
    .addHelpText(
      'after',
      `
What was sent to a destination that is not configured lies under that destination: the list names such destinations.

Examples:
  ringback dead-letters list --limit 20 --offset 40
  ringback dead-letters list --json | jq -r '.deadLetters[] | select(.reason == "refused") | .id'`,
    )
  action(command, async () => {
    const options = command.opts<ListOptions>()
    const page = await readPage(context, options)
    if (options.json) printJson(context.stdout, page)
    else presentDeadLetterList(page, createScreen(context.stdout, context))
    return exitStatus.done
  })
}

function readPage(context: CliContext, options: ListOptions): Promise<DeadLetterPage> {
  const { offset, limit } = options
  return withAnyDestination(context, options, async (redis, { config, place }) => ({
    destination: place.destination,
    total: await countDeadLetters(redis, place),
    offset,
    // ZRANGE takes an end before its start for none, but the index -1 for the last one.
    deadLetters: limit === 0 ? [] : await listDeadLetters(redis, place, { offset, count: limit }),
    otherDestinations: (await strayDeadLetters(redis, config)).filter(
      (destination) => destination !== place.destination,
    ),
  }))
}
