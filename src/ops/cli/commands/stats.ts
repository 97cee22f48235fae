import { InvalidArgumentError, Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import {
  destinationStats,
  statsOfAll,
  type DestinationStats,
} from '../../operations/stats/destination-stats.ts'
import { presentAllStats, presentMoment, presentNow, presentStats } from '../present/stats.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { watch } from './watch.ts'

interface StatsOptions extends CommonOptions {
  all?: true
  watch?: true
  every: number
}

export function addStatsCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('stats'))
    .description(
      'what waits and what holds it back; how callbacks ended, counted since the beginning',
    )
    .option('--all', 'every destination that is configured or known in Redis')
    .option('--watch', 'again and again until Ctrl-C; where there is no terminal, in lines')
    .addOption(
      new Option('--every <duration>', 'with --watch: how often')
        .argParser(readInterval)
        .default(2_000, '2s'),
    )
    .addHelpText(
      'after',
      `
Counted in Redis, over all workers and restarts; costs the same however much
waits. A pause, a failing Salesforce, and a rate that is not the configured one
come first. \`rate.configured\` is what the living workers say, the lowest where
they differ; \`rate.current\` is 0 while nothing may be sent. \`perSecond\` is the
mean of the last 10 to 20 seconds. \`drain\` is what is due divided by what new
callbacks leave of the rate; where nobody can know, it says why.

Examples:
  ringback stats
  ringback stats --watch
  ringback stats --all --json | jq -c '.[] | {destination, dispatch, counts}'`,
    )
  converse<StatsOptions>(command, context, async ({ options }, output) => {
    const config = loadStoreConfig(context.env)
    const { destination, all } = options
    if (all !== undefined && destination !== undefined) {
      command.error('error: give at most one of --all and --destination')
    }
    const ask = async () =>
      all === undefined
        ? await destinationStats(config, destination, context.clock)
        : await statsOfAll(config, context.clock)
    if (options.watch !== undefined) {
      const show = (stats: readonly DestinationStats[]) => showMoment(stats, output, context)
      const note = (text: string) => output.note(text)
      await watch({ ask, show, everyMs: options.every, note }, context)
      return exitStatus.done
    }
    const stats = await ask()
    const [only, ...others] = stats
    const isOne = all === undefined && others.length === 0
    if (isOne && only !== undefined) output.print(only, presentStats)
    else output.print(stats, presentAllStats)
    return exitStatus.done
  })
}

const clearScreen = '\u001b[2J\u001b[H'

/** On a terminal a picture that is drawn anew; else a line for each destination. */
function showMoment(
  all: readonly DestinationStats[],
  output: Output,
  { stdout }: CliContext,
): void {
  const [only, ...others] = all
  if (!output.isForPeople || stdout.isTTY !== true) {
    for (const each of all) output.printLine(each, presentMoment)
    return
  }
  stdout.write(clearScreen)
  if (only !== undefined && others.length === 0) output.print(only, presentNow)
  else output.print(all, presentAllStats)
}

const leastMs = 500
const mostMs = 3_600_000

function readInterval(text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms
  throw new InvalidArgumentError('It must be a duration such as 2s or 1m, from 500ms to 1h.')
}
