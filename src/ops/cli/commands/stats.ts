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
      'what waits and what holds it back; how callbacks ended, counted since the beginning',
    )
    .addHelpText(
      'after',
      `
Counted in Redis, across all workers and restarts. A worker's own rates and
times are at its /metrics. A pause, a failing Salesforce, and a rate that is
not the configured one come first; \`configured\` is what the environment of
this command says.

Examples:
  ringback stats
  ringback stats --json | jq '{dispatch, breaker, rate, queue}'`,
    )
  answer(command, context, {
    run: ({ options }: Given<CommonOptions>) =>
      destinationStats(loadStoreConfig(context.env), options.destination),
    present: presentStats,
  })
}
