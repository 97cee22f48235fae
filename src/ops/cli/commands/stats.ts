import type { Command } from 'commander'

import { readStats } from '../../../shared/store/stats/stats.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { presentStats } from '../present/stats.ts'
import { withAnyDestination } from './any-destination.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

export function addStatsCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('stats'))
    .description('how callbacks ended, and what followed uncertain outcomes, since the beginning')
    .addHelpText(
      'after',
      `
Counted in Redis over all workers and restarts. A worker's own rates and times are at its /metrics.

Example:
  ringback stats --json | jq .uncertain`,
    )
  action(command, async () => {
    const options = command.opts<CommonOptions>()
    const stats = await withAnyDestination(context, options, (redis, { place }) =>
      readStats(redis, place),
    )
    if (options.json) printJson(context.stdout, stats)
    else presentStats(stats, createScreen(context.stdout, context))
    return exitStatus.done
  })
}
