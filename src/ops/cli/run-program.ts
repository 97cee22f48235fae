import { CommanderError, type Command } from 'commander'

import { errorCodes, messageOf, RingbackError, type ErrorCode } from '../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../shared/phone/mask.ts'
import { recordedStatus } from './terminal/action.ts'
import type { CliContext } from './terminal/cli-context.ts'
import { exitStatus } from './terminal/exit-status.ts'
import { guardPipes, outputFailure } from './terminal/guard-pipes.ts'
import { toJson } from './terminal/json.ts'
import { say, sayPainted } from './terminal/say.ts'
import { createScreen, type Screen } from './terminal/screen.ts'

/** Runs the command in `argv` (as in `process.argv`) and returns the exit status. Throws nothing, ends no process. */
export async function runProgram(
  program: Command,
  argv: readonly string[],
  context: CliContext,
): Promise<number> {
  const given = argv.slice(2)
  const json = given.includes('--json')
  prepare(program, guardPipes(context), json)
  try {
    await parse(program, given)
    const unwritten = await outputFailure(context)
    if (unwritten !== undefined) throw unwritten
    return recordedStatus(program) ?? exitStatus.done
  } catch (error) {
    const failure = describeFailure(error)
    const screen = createScreen(context.stderr, context)
    if (json) screen.line(toJson({ error: failure }))
    else if (!isHelp(error)) printFailure(failure, screen)
    if (failure.code === 'unexpected' && isDebugging(context)) screen.line(stackOf(error))
    return statusOf(error)
  }
}

/** Commander reports help and version by an exception; they are not failures. */
async function parse(program: Command, given: string[]): Promise<void> {
  try {
    await program.parseAsync(given, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
}

/** Nothing of commander's may write past the context or end the process; subcommands that others added included. */
function prepare(command: Command, context: CliContext, json: boolean): void {
  command.exitOverride()
  command.configureOutput({
    writeOut: (text) => context.stdout.write(text),
    // With --json, stderr is for the one JSON document that tells the error.
    writeErr: (text) => json || context.stderr.write(text),
    getOutHelpWidth: () => context.stdout.columns ?? 100,
    getErrHelpWidth: () => context.stderr.columns ?? 100,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    // It is told with all other failures, so that what a command throws itself is told too.
    outputError: () => undefined,
  })
  for (const child of command.commands) prepare(child, context, json)
}

interface Failure {
  code: ErrorCode | 'usage' | 'unexpected'
  message: string
  fix: string
  problems?: RingbackError['problems']
}

function describeFailure(error: unknown): Failure {
  if (error instanceof RingbackError) {
    const { code, message, problems } = error
    return { code, message, fix: errorCodes[code].fix, ...(problems.length > 0 && { problems }) }
  }
  // What was typed in the wrong place may be a customer's number.
  const message = maskNumbersIn(messageOf(error)).replace(/^error: /, '')
  return error instanceof CommanderError
    ? { code: 'usage', message, fix: 'Run the command with --help for its usage.' }
    : { code: 'unexpected', message, fix: 'This is a defect of Ringback: please report it.' }
}

/** Commander has printed it. */
function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help'
}

function printFailure({ code, message, fix }: Failure, screen: Screen): void {
  const [first = '', ...more] = message.split('\n')
  sayPainted(screen, { colour: 'red', word: 'error:' }, first)
  for (const each of more) say(screen, each)
  if (code === 'usage') return screen.line('(add --help for usage)')
  screen.line(`code: ${code}`)
  say(screen, fix)
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return exitStatus.usage
  const usage: unknown[] = ['invalid-configuration', 'unknown-destination'] satisfies ErrorCode[]
  return error instanceof RingbackError && usage.includes(error.code)
    ? exitStatus.usage
    : exitStatus.problem
}

function isDebugging({ env }: CliContext): boolean {
  return ['debug', 'trace'].includes(env['RINGBACK_LOG_LEVEL'] ?? '')
}

function stackOf(error: unknown): string {
  return error instanceof Error ? maskNumbersIn(error.stack ?? '') : ''
}
