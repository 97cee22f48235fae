import type { Command } from 'commander'

import { createBareProgram } from '../ops/cli/bare-program.ts'
import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { addRunningCommands } from './running-commands.ts'

/** They run for weeks, and would keep 8 MiB of what the other commands need. */
const lasting: readonly unknown[] = ['worker', 'console']

/** What can carry out the command in `argv` (as in `process.argv`): every command, or those alone that stay. */
export async function programFor(argv: readonly string[], context: CliContext): Promise<Command> {
  const program = lasting.includes(argv[2]) ? createBareProgram() : await wholeProgram(context)
  addRunningCommands(program, context)
  return program
}

async function wholeProgram(context: CliContext): Promise<Command> {
  const { createProgram } = await import('../ops/cli/create-program.ts')
  const { createProducer } = await import('../producer/index.ts')
  return createProgram(context, createProducer)
}
