import type { Command } from 'commander'

import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { whoDecides } from '../terminal/who-and-why.ts'
import { planAndStart, type PlanOptions } from './plan-and-start.ts'
import { filterRequest, withFilters, type FilterOptions } from './run-filters.ts'
import { withPace } from './run-options.ts'
import { withWhoAndNote, type WhoAndNote } from './who-and-note.ts'

interface RedriveOptions extends CommonOptions, FilterOptions, PlanOptions, WhoAndNote {}

/** Of all dead letters; `ringback dead-letters redrive` takes single ones. */
export function addRedriveRunCommand(program: Command, context: CliContext): void {
  const command = withRedriveOptions(withCommonOptions(program.command('redrive')), context)
    .description('send dead letters again, all or some, paced, by the workers')
    .addHelpText(
      'after',
      `
A plan is made first: how many, of which reasons and hours, how long it takes.
Nothing is sent before it is started: you are asked, or say --yes, or start it
later with \`ringback runs start PLAN\`. What may have been booked is left out
unless you say --possible-duplicates; what is past its expiresAt always is.

Examples:
  ringback redrive --reason exhausted --since 6h --plan
  ringback redrive --code connect --canary 20 --rate 10/s --yes`,
    )
  converse<RedriveOptions>(command, context, ({ options }, output) =>
    redriveSome(options, { context, output }),
  )
}

export function withRedriveOptions(command: Command, context: CliContext): Command {
  const filtered = withFilters(command, context)
    .option('--possible-duplicates', 'those too that may have been booked')
    .option('--plan', 'only make the plan')
  return withWhoAndNote(withPace(filtered))
}

export function redriveSome(
  options: RedriveOptions,
  face: Parameters<typeof planAndStart>[2],
): Promise<number> {
  const { destination, rate, note } = options
  const by = whoDecides(options, face.context)
  const filter = filterRequest(options)
  const request = { kind: 'redrive', destination, rate, by, reason: note, filter } as const
  return planAndStart(request, options, face)
}
