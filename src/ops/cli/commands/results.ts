import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { resultsOf, defaultLimit } from '../../operations/results/read-results.ts'
import { presentResult } from '../present/result.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { pastTime } from '../terminal/point-in-time.ts'
import { wholeNumber } from '../terminal/whole-number.ts'
import { followDeps } from './follow-deps.ts'

interface ResultsOptions extends CommonOptions {
  follow?: true
  /** Epoch ms. */
  since?: number
  limit?: number
}

export function addResultsCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('results'))
    .description('what became of callbacks: one line for each end')
    .option('--follow', 'then print each new one until Ctrl-C')
    .option(
      '--since <time>',
      'only since this time: ISO 8601 with offset, or how long ago (1h)',
      (text) => pastTime(text, context.clock.now()),
    )
    .option(
      '--limit <n>',
      `only the newest n (default: ${defaultLimit}; with --since: all)`,
      (text) => wholeNumber(text),
    )
    .addHelpText(
      'after',
      `
Oldest first. With --json, one JSON object per line.

Examples:
  ringback results
  ringback results --since 1h --json | jq -r 'select(.state == "dead") | .id'
  ringback results --follow --limit 0`,
    )
  converse<ResultsOptions>(command, context, async ({ options }, output) => {
    const config = loadStoreConfig(context.env)
    for await (const result of resultsOf(config, options, followDeps(context))) {
      output.printLine(result, presentResult)
    }
    return exitStatus.done
  })
}
