import { InvalidArgumentError, Option, type Command } from 'commander'

import { converse, type Given } from '../../ops/cli/terminal/answer.ts'
import type { CliContext } from '../../ops/cli/terminal/cli-context.ts'
import { parseDurationMs } from '../../shared/time/duration.ts'
import type { RehearseOptions } from './rehearse-outage.ts'

export function addRehearseCommand(program: Command, context: CliContext): void {
  const rehearse = program
    .command('rehearse')
    .description('show on this machine alone what happens when Salesforce fails')
  const outage = rehearse
    .command('outage')
    .description('Salesforce is away for a day, compressed: holding, recovery, drain')
    .addOption(
      new Option('--outage <duration>', 'how long it is away here')
        .argParser(parseOutage)
        .default(60_000, '60s'),
    )
    .option('--arrivals <n>', 'callbacks accepted a second', parseRate, 3)
    .option('--spike <n>', 'callbacks accepted at once meanwhile', parseCount, 150)
    .option('--rate <n>', 'attempts a second that Salesforce takes', parseRate, 20)
    .option('--workers <n>', 'worker processes', parseWorkers, 2)
    .option('--chart <file>', 'write a picture of it, as SVG')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It starts a Redis, a stand-in for Salesforce and workers of its own, and ends
them: no Redis and no Salesforce of yours is touched. About 100 seconds by
default. What it did comes line by line, then a table and the goals; exit
status 1 means that a goal was missed.

Examples:
  ringback rehearse outage --chart outage.svg
  ringback rehearse outage --outage 5m --arrivals 3.3 --spike 2000 --rate 50`,
    )
  converse(outage, context, async ({ options }: Given<RehearseOptions>, output) => {
    const { rehearseOutage } = await import('./rehearse-outage.ts')
    return rehearseOutage(options, output, context)
  })
}

function parseOutage(text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== undefined && ms >= 2_000 && ms <= 86_400_000) return ms
  throw new InvalidArgumentError('It must be a duration from 2s to 24h, such as 60s or 5m.')
}

function parseRate(text: string): number {
  const rate = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && rate >= 0.1 && rate <= 1_000) return rate
  throw new InvalidArgumentError('It must be a number from 0.1 to 1000.')
}

function parseCount(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 0 to 999999.')
}

function parseWorkers(text: string): number {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 16) return Number(text)
  throw new InvalidArgumentError('It must be a whole number from 1 to 16.')
}
