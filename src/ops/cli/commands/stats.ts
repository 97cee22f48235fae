import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { destinationStats } from '../../operations/stats/destination-stats.ts'
import { presentStats } from '../present/stats.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'

export function addStatsCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('stats'))
    .description(
      'how callbacks ended, and what followed uncertain outcomes, counted since the beginning',
    )
    .addHelpText(
      'after',
      `
Counted in Redis, across all workers and restarts. A worker's own rates and
times are at its /metrics.

Example:
  ringback stats --json | jq .uncertain`,
    )
  answer(command, context, {
    run: ({ options }: Given<CommonOptions>) =>
      destinationStats(loadStoreConfig(context.env), options.destination),
    present: presentStats,
  })
}
