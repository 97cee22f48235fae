import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { setDestinationRate } from '../../operations/control/control-destination.ts'
import { presentRate } from '../present/control.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { rateOr } from '../terminal/rate.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'
import { operatorHere } from './operator-here.ts'

interface RateOptions extends CommonOptions, WhoAndWhy {}

const readRate = rateOr('none', 'default')

export function addRateCommand(program: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(program.command('rate')))
    .description('set how many attempts a second are made, over all workers')
    .argument('<rate>', 'as 5/s, 30/m or 100/h; none; or default: RINGBACK_RATE', readRate)
    .addHelpText(
      'after',
      `
It holds at once and for all workers, until it is set to default again.

Examples:
  ringback rate 5/s --reason 'shared quota'
  ringback rate default`,
    )
  answer(command, context, {
    run: ({ args: [text = ''], options }: Given<RateOptions>) => {
      const { destination, reason } = options
      const request = {
        destination,
        reason,
        operator: operatorHere(options, context),
        by: whoDecides(options, context),
        // Commander has refused what is none, and gives it as it was typed.
        rate: readRate(text),
      }
      return setDestinationRate(loadStoreConfig(context.env), request)
    },
    present: presentRate,
  })
}
