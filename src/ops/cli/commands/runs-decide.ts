import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { abortRun, pauseRun, resumeRun } from '../../operations/runs/decide-run.ts'
import { presentDecision } from '../present/run.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import {
  whoDecides,
  withWho,
  withWhoAndWhy,
  type Who,
  type WhoAndWhy,
} from '../terminal/who-and-why.ts'
import { withRate } from './run-options.ts'
import { operatorHere } from './operator-here.ts'

interface DecideOptions extends CommonOptions, WhoAndWhy {}

export function addPauseRunCommand(group: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(group.command('pause')))
    .description('hold a run: what it has sent goes on')
    .argument('<id>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
Exit status 1 if it is not running.

Example:
  ringback runs pause redrive-5f3a9c1e --reason 'the morning rush'`,
    )
  answer(command, context, {
    run: (given: Given<DecideOptions>) =>
      pauseRun(loadStoreConfig(context.env), saidBy(given, context)),
    present: presentDecision,
    isDone: ({ outcome }) => outcome === 'done',
  })
}

interface ResumeOptions extends CommonOptions, Who {
  rate?: number | 'none'
}

export function addResumeRunCommand(group: Command, context: CliContext): void {
  const command = withWho(withRate(withCommonOptions(group.command('resume'))))
    .description('let a paused run go on, at another rate if you like')
    .argument('<id>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
After a canary, this is the yes. Exit status 1 if it is not paused.

Example:
  ringback runs resume redrive-5f3a9c1e --rate 20/s`,
    )
  answer(command, context, {
    run: ({ args: [id = ''], options }: Given<ResumeOptions>) => {
      const { destination, rate } = options
      const operator = operatorHere(options, context)
      return resumeRun(loadStoreConfig(context.env), { id, destination, rate, operator })
    },
    present: presentDecision,
    isDone: ({ outcome }) => outcome === 'done',
  })
}

export function addAbortCommand(group: Command, context: CliContext): void {
  const command = withWhoAndWhy(withCommonOptions(group.command('abort')))
    .description('end a run, or drop a plan: nothing more of it is sent')
    .argument('<id>', 'as `list` prints it')
    .addHelpText(
      'after',
      `
What was sent goes on its way; \`ringback cancel\` withdraws callbacks. Exit
status 1 if it is over already.

Example:
  ringback runs abort redrive-5f3a9c1e --reason 'the wrong hour'`,
    )
  answer(command, context, {
    run: (given: Given<DecideOptions>) =>
      abortRun(loadStoreConfig(context.env), saidBy(given, context)),
    present: presentDecision,
    isDone: ({ outcome }) => outcome === 'done',
  })
}

function saidBy({ args: [id = ''], options }: Given<DecideOptions>, context: CliContext) {
  const { destination, reason } = options
  const operator = operatorHere(options, context)
  return { id, destination, reason, operator, by: whoDecides(options, context) }
}
