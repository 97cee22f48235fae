import { InvalidArgumentError, type Command } from 'commander'

import { rateOr } from '../terminal/rate.ts'
import { positiveWholeNumber, wholeNumber } from '../terminal/whole-number.ts'

/** How a run goes. */
export interface PaceOptions {
  /** Callbacks a second. */
  rate?: number | 'none'
  canary?: number
  stopAt?: number
  yes?: true
}

export function withPace(command: Command): Command {
  return withRate(command)
    .option('--canary <n>', 'send n first, wait for their ends, then ask', positiveWholeNumber)
    .option('--stop-at <percent>', 'pause when so many of the last ends died', percent)
    .option('--yes', 'start it without asking, and go on after a canary that is all booked')
}

export function withRate(command: Command): Command {
  return command.option('--rate <rate>', 'such as 5/s, 30/m or 100/h, or none', rateOr('none'))
}

const usualStopAt = 50

export function paceOf({ rate, canary, stopAt = usualStopAt, yes }: PaceOptions) {
  return { rate, canary, stopAtPercent: stopAt, goesOn: yes === true }
}

function percent(text: string): number {
  const share = wholeNumber(text)
  if (share >= 1 && share <= 100) return share
  throw new InvalidArgumentError('It must be from 1 to 100: 50 for every second one.')
}
