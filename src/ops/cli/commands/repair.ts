import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { reportOf } from '../../operations/repair/repair-report.ts'
import type { Repair, Repairs } from '../../operations/repair/repair.ts'
import { presentRepair } from '../present/repair.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'

interface RepairOptions extends CommonOptions {
  yes?: true
  dryRun?: true
}

export function addRepairCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('repair'))
    .description('repair ids and times that are ahead of Redis’ clock')
    .option('--yes', 'repair at once')
    .option('--dry-run', 'only show what would be repaired')
    .addHelpText(
      'after',
      `
An entry's id is a time, and every later id must be larger: one XADD with an id
in the future, or a failover from a Redis whose clock was ahead, puts every
later entry there, and after the last possible id no entry is possible. This
brings the ids of the inbox and of the results back to Redis’ clock, loses
nothing that waits there, and keeps consumer groups in place. Callbacks with a
time of acceptance in the future count as accepted now: their delay begins
again. Workers and producers may go on.

Whoever reads the results without a group has to start again at "$", or at "0"
and skip what was seen already. "ringback results --follow" has to be restarted
too; an "enqueue --wait" receives nothing more.

Without --yes it shows what it would repair, and asks; where nobody can be asked
(no terminal, or --json) it does nothing, and the exit status is 2. Exit status
1 if something could not be repaired, and the output says why. A destination in
partitions is repaired in each in turn, in those that can be reached where one
cannot.

Examples:
  ringback repair --dry-run
  ringback repair --destination emea --yes --json`,
    )
  converse<RepairOptions>(command, context, (given, output) =>
    repair(context, given.options, output),
  )
}

async function repair(
  context: CliContext,
  { destination, dryRun, yes }: RepairOptions,
  output: Output,
): Promise<number> {
  // It needs BullMQ, which takes as long to load as all of `ringback enqueue`.
  const { examineTimes, isNeeded, repairTimes } = await import('../../operations/repair/repair.ts')
  const examined = await examineTimes(loadStoreConfig(context.env), destination, context)
  const show = (repairs: Repairs) => output.print(reportOf(repairs), presentRepair)
  const without = (outcome: Repair['outcome']): Repairs => ({
    ...examined,
    parts: examined.parts.map((part) => (isNeeded(part) ? { ...part, outcome } : part)),
  })
  if (!examined.parts.some(isNeeded) || dryRun === true) {
    show(without('dry-run'))
    return statusOf(examined)
  }
  if (yes !== true) {
    show(without('unconfirmed'))
    if ((await output.ask('Repair this?')) !== true) return exitStatus.usage
  }
  const repaired = await repairTimes(examined, context)
  show(repaired)
  return statusOf(repaired)
}

function statusOf({ parts, unreached }: Repairs): number {
  const isWhole = unreached.length === 0 && parts.every(({ outcome }) => outcome !== 'incomplete')
  return isWhole ? exitStatus.done : exitStatus.problem
}
