import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { findRuns } from '../../operations/runs/find-runs.ts'
import { presentRuns } from '../present/run.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'

export function addListRunsCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('list'))
    .description('plans and runs, the newest first')
    .addHelpText(
      'after',
      `
Example:
  ringback runs list --json | jq -r '.runs[] | select(.state == "paused") | .id'`,
    )
  answer(command, context, {
    run: ({ options }: Given<CommonOptions>) =>
      findRuns(loadStoreConfig(context.env), options.destination),
    present: presentRuns,
  })
}
