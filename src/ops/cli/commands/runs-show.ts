import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { showOneRun, watchRun, type ShownRun } from '../../operations/runs/find-runs.ts'
import { describeProgress, partOf, presentRun } from '../present/run.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { createProgress } from '../terminal/progress.ts'

interface ShowOptions extends CommonOptions {
  watch?: true
}

const watchEveryMs = 1_000

export function addShowRunCommand(group: Command, context: CliContext): void {
  const command = withCommonOptions(group.command('show'))
    .description('a plan, how its run goes, and what it has come to')
    .argument('<id>', 'as `list` prints it')
    .option('--watch', 'with a bar, until it is over or somebody has to decide')
    .addHelpText(
      'after',
      `
Example:
  ringback runs show redrive-5f3a9c1e --watch`,
    )
  converse<ShowOptions>(command, context, async ({ args: [id = ''], options }, output) => {
    const reference = { id, destination: options.destination }
    const run =
      options.watch === true
        ? await watch(reference, context)
        : await showOneRun(loadStoreConfig(context.env), reference)
    output.print(run, presentRun)
    return exitStatus.done
  })
}

async function watch(
  reference: { id: string; destination: string | undefined },
  context: CliContext,
): Promise<ShownRun> {
  const { clock, stopped, stderr } = context
  const config = loadStoreConfig(context.env)
  const progress = createProgress(stderr, context)
  let last: ShownRun | undefined
  try {
    for await (const run of watchRun(config, reference, {
      clock,
      stopped,
      everyMs: watchEveryMs,
    })) {
      progress.show(partOf(run), describeProgress(run, last))
      last = run
    }
  } finally {
    progress.clear()
  }
  return last ?? showOneRun(config, reference)
}
