import type { Command } from 'commander'

import type { CliContext } from '../terminal/cli-context.ts'
import { addAbortCommand, addPauseRunCommand, addResumeRunCommand } from './runs-decide.ts'
import { addListRunsCommand } from './runs-list.ts'
import { addShowRunCommand } from './runs-show.ts'
import { addStartCommand } from './runs-start.ts'

export function addRunsCommand(program: Command, context: CliContext): void {
  const group = program
    .command('runs')
    .description('plans and runs of `redrive`, `replay` and `dead-letters discard`')
    .addHelpText(
      'after',
      `
Workers carry out a run: this terminal may go. A plan is started once.

Examples:
  ringback runs list
  ringback runs start redrive-5f3a9c1e --canary 20
  ringback runs show redrive-5f3a9c1e --watch
  ringback runs pause redrive-5f3a9c1e --reason 'too many deaths'`,
    )
  addListRunsCommand(group, context)
  addShowRunCommand(group, context)
  addStartCommand(group, context)
  addPauseRunCommand(group, context)
  addResumeRunCommand(group, context)
  addAbortCommand(group, context)
}
