import type { Command } from 'commander'

import { action } from './action.ts'
import type { CliContext } from './cli-context.ts'
import { exitStatus } from './exit-status.ts'
import { createOutput, type Output, type Presenter } from './output.ts'

/** What a command was given on the command line. */
export interface Given<Options> {
  args: readonly string[]
  options: Options
}

export interface Answer<Options, Data> {
  /** The operation. */
  run: (given: Given<Options>) => Promise<Data>
  /** Its data as text, for people. */
  present: Presenter<Data>
  /** Whether it came to what was asked for; if left out, it did whenever it did not throw. */
  isDone?: (data: Data) => boolean
}

/** A command that does one thing and says what came of it: as text, or with `--json` as one document. */
export function answer<Options extends { json?: boolean }, Data>(
  command: Command,
  context: CliContext,
  { run, present, isDone = () => true }: Answer<Options, Data>,
): void {
  converse<Options>(command, context, async (given, output) => {
    const data = await run(given)
    output.print(data, present)
    return isDone(data) ? exitStatus.done : exitStatus.problem
  })
}

/** A command that says more than one thing, or asks before it acts. Gives the exit status. */
export function converse<Options extends { json?: boolean }>(
  command: Command,
  context: CliContext,
  run: (given: Given<Options>, output: Output) => Promise<number>,
): void {
  action(command, (args) => {
    const options = command.opts<Options>()
    return run({ args, options }, createOutput(context, options))
  })
}
