import { InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import { pauseDestination, type Pausable } from '../../operations/control/control-destination.ts'
import { presentPaused } from '../present/control.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'
import { operatorHere } from './operator-here.ts'

interface PauseOptions extends CommonOptions, WhoAndWhy {
  dispatch?: true
  intake?: true
  for?: number
}

export function addPauseCommand(program: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(program.command('pause')))
    .description('hold a destination: nothing is sent until somebody resumes')
    .option('--dispatch', 'send nothing, and go on accepting (the default)')
    .option('--intake', 'refuse new callbacks, and go on sending')
    .option('--for <duration>', 'resume by itself after this time, such as 30m', readDuration)
    .addHelpText(
      'after',
      `
It holds for all workers at once, from the next attempt on: what is being sent
is finished. No callback loses an attempt, or time to be tried again. With
--intake, the library and the commands refuse with \`intake-paused\`; what other
programs add to the inbox waits there.

Examples:
  ringback pause --reason 'Salesforce maintenance' --for 2h
  ringback pause --intake`,
    )
  answer(command, context, {
    run: ({ options }: Given<PauseOptions>) => {
      const { destination, reason, for: forMs } = options
      if (options.dispatch !== undefined && options.intake !== undefined) {
        command.error('error: give at most one of --dispatch and --intake')
      }
      const what: Pausable = options.intake === undefined ? 'dispatch' : 'intake'
      const by = whoDecides(options, context)
      return pauseDestination(loadStoreConfig(context.env), {
        destination,
        operator: operatorHere(options, context),
        what,
        by,
        reason,
        forMs,
      })
    },
    present: presentPaused,
  })
}

const longestMs = 366 * 24 * 3_600_000

function readDuration(text: string): number {
  const ms = parseDurationMs(text)
  if (ms !== undefined && ms >= 1_000 && ms <= longestMs) return ms
  throw new InvalidArgumentError('It must be a duration such as 30m, 2h or 7d, from 1s to 366d.')
}
