import type { Command } from 'commander'

import { readOpsConfig } from '../../../shared/config/load.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { askHealth, isOtherContainer } from '../../http/ask-health.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'

export function addHealthCommand(program: Command, context: CliContext): void {
  const command = program
    .command('health')
    .description('is the worker of this machine alive? For health checks')
    .option('--container', 'of the container: well too where it runs no worker')
    .option('--json', 'print JSON for programs')
    .addHelpText(
      'after',
      `
Asks /livez where RINGBACK_OPS_HOST and RINGBACK_OPS_PORT say that the worker listens. Exit status 0: it is alive, or it
serves nothing that could be asked (RINGBACK_OPS_PORT is none or 0). A worker that waits for Redis is alive: starting it
anew would help nobody, and may lose outcomes that it has yet to write down. Whether it is ready, /readyz says.

Example:
  ringback health || echo "no worker answers"`,
    )
  action(command, async () => {
    const { container, json } = command.opts<{ container?: true; json?: true }>()
    const answer =
      container === true && isOtherContainer()
        ? ({ kind: 'none', message: 'this container runs no worker' } as const)
        : await askHealth(readOpsConfig(context.env))
    if (json) printJson(context.stdout, answer)
    else createScreen(context.stdout, context).line(answer.message)
    return answer.kind === 'ill' ? exitStatus.problem : exitStatus.done
  })
}
