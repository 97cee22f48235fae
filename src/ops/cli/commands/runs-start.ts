import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { startRun } from '../../operations/runs/decide-run.ts'
import { presentDecision } from '../present/run.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { whoDecides, withWho, type Who } from '../terminal/who-and-why.ts'
import { paceOf, withPace, type PaceOptions } from './run-options.ts'
import { operatorHere } from './operator-here.ts'

interface StartOptions extends CommonOptions, PaceOptions, Who {}

export function addStartCommand(group: Command, context: CliContext): void {
  const command: Command = withWho(withPace(withCommonOptions(group.command('start'))))
    .description('start a plan: the workers carry it out')
    .argument('<plan>', 'its id, as `redrive --plan` prints it')
    .addHelpText(
      'after',
      `
Exit status 1 if it has been started before: a plan runs once. Make another one
for what has died since. Without --yes it pauses after its canary until you say
\`ringback runs resume\`. It waits while the destination is paused or failing,
and pauses by itself when half of its last ends died (--stop-at).

Example:
  ringback runs start redrive-5f3a9c1e --canary 20 --rate 5/s`,
    )
  answer(command, context, {
    run: ({ args: [id = ''], options }: Given<StartOptions>) => {
      const by = whoDecides(options, context)
      const { destination } = options
      const operator = operatorHere(options, context)
      const request = { ...paceOf(options), id, destination, by, operator }
      return startRun(loadStoreConfig(context.env), request)
    },
    present: presentDecision,
    isDone: ({ outcome }) => outcome === 'done',
  })
}
