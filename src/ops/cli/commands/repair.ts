import type { Command } from 'commander'

import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { canAsk, confirmed } from '../confirm.ts'
import { printJson } from '../present/json.ts'
import { presentRepair } from '../present/repair.ts'
import { createScreen } from '../present/screen.ts'
import {
  examineTimes,
  isNeeded,
  repairTimes,
  type Repair,
  type RepairContext,
} from '../../operations/repair/repair.ts'
import { withAnyDestination } from './any-destination.ts'
import { withCommonOptions, type CommonOptions } from './store.ts'

interface RepairOptions extends CommonOptions {
  yes?: true
  dryRun?: true
}

export function addRepairCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('repair'))
    .description('put right what ids or a clock ahead of Redis’ clock have put off')
    .option('--yes', 'repair at once')
    .option('--dry-run', 'only show what would be repaired')
    .addHelpText(
      'after',
      `
The id of an entry is a time, and no later one is smaller: one XADD with an id in the future, or a failover from a Redis whose
clock was ahead, puts every later entry there; after the last possible id there is none. This brings the ids of the inbox and
of the results back to Redis’ clock, loses nothing that waits there, and leaves consumer groups where they are. Callbacks that
were accepted later than now count as accepted now: their delay begins again. Workers and producers may go on.

Whoever reads the results without a group has to begin anew at "$", or at "0" and skip what was seen already.
So does "ringback results --follow"; an "enqueue --wait" hears nothing more.

Without --yes it shows what it would repair, and asks; where nobody can be asked (no terminal, or --json) it does nothing, and
the exit status is 2. Exit status 1 if something could not be repaired, and the output says why.

Examples:
  ringback repair --dry-run
  ringback repair --destination emea --yes --json`,
    )
  action(command, async () => {
    const options = command.opts<RepairOptions>()
    const repair = await withAnyDestination(context, options, (redis, { place }) =>
      repairIfAgreed({ redis, place, context }, context, options),
    )
    if (repair.outcome === 'unconfirmed') return exitStatus.usage
    return repair.outcome === 'incomplete' ? exitStatus.problem : exitStatus.done
  })
}

async function repairIfAgreed(
  means: RepairContext,
  context: CliContext,
  { yes, dryRun, json }: RepairOptions,
): Promise<Repair> {
  const print = (repair: Repair) => {
    if (json) printJson(context.stdout, repair)
    else presentRepair(repair, createScreen(context.stdout, context))
    return repair
  }
  const found = await examineTimes(means)
  if (!isNeeded(found)) return print(found)
  if (dryRun) return print({ ...found, outcome: 'dry-run' })
  if (!yes) {
    const shown = print({ ...found, outcome: 'unconfirmed' })
    if (json || !canAsk(context) || !(await confirmed(context, 'Repair this?'))) return shown
  }
  return print(await repairTimes(found, means))
}
