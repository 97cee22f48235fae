import type { Command } from 'commander'

import { readOpsConfig } from '../../../shared/config/load.ts'
import { askHealth, isOtherContainer, otherContainer } from '../../operations/health/ask-health.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withJsonOption, type JsonOption } from '../terminal/common-options.ts'

interface HealthOptions extends JsonOption {
  container?: true
}

export function addHealthCommand(program: Command, context: CliContext): void {
  const command = withJsonOption(
    program
      .command('health')
      .description('check that the worker on this machine is alive, for health checks')
      .option('--container', 'for a container: also healthy if it runs no worker'),
  ).addHelpText(
    'after',
    `
Asks /livez where RINGBACK_OPS_HOST and RINGBACK_OPS_PORT say that the worker
listens. Exit status 0: it is alive, or it has no port to ask (RINGBACK_OPS_PORT
is none or 0). A worker that waits for Redis is alive: restarting it would not
help, and may lose outcomes that it has yet to write down. /readyz says whether
it is ready.

Example:
  ringback health || echo "no worker answers"`,
  )
  answer(command, context, {
    run: async ({ options }: Given<HealthOptions>) =>
      options.container === true && isOtherContainer()
        ? otherContainer
        : askHealth(readOpsConfig(context.env)),
    present: ({ message }, { line }) => line(message),
    isDone: ({ kind }) => kind !== 'ill',
  })
}
