import { InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import {
  setDestinationRate,
  type RateRequest,
} from '../../operations/control/control-destination.ts'
import { presentRate } from '../present/control.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { readPerSecond } from '../terminal/rate.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'

interface RateOptions extends CommonOptions, WhoAndWhy {}

export function addRateCommand(program: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(program.command('rate')))
    .description('set how many attempts a second are made, over all workers')
    .argument('<rate>', 'such as 5/s or 30/m; none; or default, for RINGBACK_RATE')
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
        by: whoDecides(options, context),
        rate: readRate(text),
      }
      return setDestinationRate(loadStoreConfig(context.env), request)
    },
    present: presentRate,
  })
}

function readRate(text: string): RateRequest['rate'] {
  if (text === 'none' || text === 'default') return text
  const rate = readPerSecond(text)
  if (rate !== undefined) return rate
  throw new InvalidArgumentError(
    'A rate is written like 5/s, 30/m or 100/h, from 0.001 to 10000 a second; or none, or default.',
  )
}
