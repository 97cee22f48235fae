import { Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import {
  countables,
  countByKind,
  type Countable,
} from '../../operations/dead-letters/count-dead-letters.ts'
import { deadLetterPage } from '../../operations/dead-letters/list-dead-letters.ts'
import { deadLetterCountsPresenter, deadLetterListPresenter } from '../present/dead-letters.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { filterRequest, hasFilter, withFilters, type FilterOptions } from './run-filters.ts'

interface ListOptions extends CommonOptions, FilterOptions {
  countBy?: Countable
  limit: number
  offset: number
}

export function addListCommand(group: Command, context: CliContext): void {
  const command = withFilters(withCommonOptions(group.command('list')), context)
    .option('--possible-duplicates', 'only those that may have been booked')
    .addOption(new Option('--count-by <what>', 'only count them').choices(countables))
    .description('dead letters by time of death, oldest first')
    .option('--limit <n>', 'at most this many', wholeNumber, 50)
    .option('--offset <n>', 'skip the first n', wholeNumber, 0)
    .addHelpText(
      'after',
      `
What was sent to a destination that is not configured is kept under that
destination; the list names such destinations. With a filter all of them are
looked at, and the total is of those that match.

Examples:
  ringback dead-letters list --count-by code --since 6h
  ringback dead-letters list --limit 20 --offset 40
  ringback dead-letters list --json | jq -r '.deadLetters[].id'`,
    )
  converse<ListOptions>(command, context, async ({ options }, output) => {
    const config = loadStoreConfig(context.env)
    const { destination, offset, limit, countBy: by } = options
    const filter = filterRequest(options)
    const isFiltered = hasFilter(options)
    if (by !== undefined) {
      const counts = await countByKind(config, { destination, filter, by })
      output.print(counts, deadLetterCountsPresenter(isFiltered))
      return exitStatus.done
    }
    const some = isFiltered ? { filter } : {}
    const page = await deadLetterPage(config, { destination, offset, limit, ...some })
    output.print(page, deadLetterListPresenter(isFiltered))
    return exitStatus.done
  })
}
