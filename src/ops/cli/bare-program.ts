import { Command } from 'commander'

import { readVersion } from '../../shared/telemetry/version.ts'

/** `ringback`, without any command. */
export function createBareProgram(): Command {
  return new Command('ringback')
    .description('Durable callbacks: intents into Redis, ContactRequests out of Salesforce.')
    .version(readVersion())
    .addHelpText(
      'after',
      `
Exit status: 0 all was done, 1 something was refused, missing or unhealthy,
2 the command or the configuration was wrong and nothing was done.

Settings come from the environment; docs/configuration.md lists them all.`,
    )
}
