import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { readNewTime, type NewTime } from '../../../shared/contract/new-time.ts'
import { rescheduleCallbacks } from '../../operations/reschedule/reschedule-callbacks.ts'
import { presentRescheduled } from '../present/reschedule.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import { whoDecides, withWhoAndWhy, type WhoAndWhy } from '../terminal/who-and-why.ts'
import { wantedOf, withWanted, type WantedOptions } from './wanted.ts'
import { operatorHere } from './operator-here.ts'

interface TimeOptions {
  delay?: string
  notBefore?: string
  timeZone?: string
  now?: true
}

interface RescheduleOptions extends CommonOptions, WantedOptions, WhoAndWhy, TimeOptions {}

export function addRescheduleCommand(program: Command, context: CliContext): void {
  const command: Command = withWhoAndWhy(
    withWanted(withCommonOptions(program.command('reschedule'))),
  )
    .description('have callbacks that wait sent at another time')
    .option('--delay <duration>', 'so long from now, such as 30m or PT2H')
    .option('--not-before <time>', 'then: ISO 8601 with offset, or a local time')
    .option('--time-zone <zone>', 'the zone of a local time, such as Europe/Vienna')
    .option('--now', 'as soon as it may go')
    .addHelpText(
      'after',
      `
Exactly one of --delay, --not-before and --now is required. What waits to be
tried again is tried again then. An attempt that is under way goes on. Exit
status 1 unless all of them are moved. By number and by call, only what a worker
has taken in is found.

Examples:
  ringback reschedule order-4711 --delay 2h
  ringback reschedule --number +18445791189 --not-before 2026-02-27T09:00 \\
    --time-zone Europe/London --reason 'asked for the morning'`,
    )
  converse<RescheduleOptions>(command, context, async ({ args: ids, options }, output) => {
    const { destination, reason } = options
    const which = wantedOf(command, ids, options)
    const time = timeOf(command, options, context)
    const by = whoDecides(options, context)
    const operator = operatorHere(options, context)
    const request = { which, time, destination, reason, by, operator }
    const moving = rescheduleCallbacks(loadStoreConfig(context.env), request)
    const all = await output.printAll(moving, presentRescheduled)
    const isDone = all.length > 0 && all.every(({ outcome }) => outcome === 'moved')
    return isDone ? exitStatus.done : exitStatus.problem
  })
}

const optionOf: Readonly<Record<string, string>> = {
  delay: '--delay',
  notBefore: '--not-before',
  timeZone: '--time-zone',
}

/** Ends the command unless it was said in exactly one way, and can be understood. */
function timeOf(command: Command, options: TimeOptions, { clock }: CliContext): NewTime {
  const { delay, notBefore, timeZone, now } = options
  const given = [delay, notBefore, now].filter((each) => each !== undefined)
  if (given.length !== 1) {
    return command.error('error: give exactly one of --delay, --not-before and --now')
  }
  const read = readNewTime({ delay, notBefore, timeZone, now }, clock.now())
  if (read.kind === 'ok') return read.time
  const problems = read.problems.map(
    ({ field, message }) =>
      `${optionOf[field] ?? field} ${message.replace('notBefore', '--not-before')}`,
  )
  return command.error(`error: ${problems.join('; ')}`)
}
