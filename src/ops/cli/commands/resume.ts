import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { resumeDestination, type Pausable } from '../../operations/control/control-destination.ts'
import { presentResumed } from '../present/control.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { withWho, type Who } from '../terminal/who-and-why.ts'
import { operatorHere } from './operator-here.ts'

interface ResumeOptions extends CommonOptions, Who {
  dispatch?: true
  intake?: true
}

export function addResumeCommand(program: Command, context: CliContext): void {
  const command = withWho(withCommonOptions(program.command('resume')))
    .description('end a pause')
    .option('--dispatch', 'of what is sent')
    .option('--intake', 'of what is accepted (default: both)')
    .addHelpText(
      'after',
      `
Workers go on within a second. An open circuit breaker is no pause: it closes
by itself when Salesforce answers again.

Example:
  ringback resume`,
    )
  answer(command, context, {
    run: ({ options }: Given<ResumeOptions>) => {
      const { destination } = options
      const what = resumable.filter((each) => options[each] !== undefined)
      const operator = operatorHere(options, context)
      const request = { operator, destination, what: what.length === 0 ? resumable : what }
      return resumeDestination(loadStoreConfig(context.env), request)
    },
    present: presentResumed,
  })
}

const resumable: readonly Pausable[] = ['dispatch', 'intake']
