import { InvalidArgumentError, Option, type Command } from 'commander'

import { addConsoleUsersCommand } from '../ops/cli/commands/console-users.ts'
import { action } from '../ops/cli/terminal/action.ts'
import type { CliContext } from '../ops/cli/terminal/cli-context.ts'
import { guardPipes } from '../ops/cli/terminal/guard-pipes.ts'
import { parseFaultOption } from '../sandbox/fault-option.ts'
import { faultNames, type Fault } from '../sandbox/faults.ts'
import { defaultKeyFile } from '../sandbox/obtain-key.ts'
import { foldText } from '../shared/text/fold-text.ts'
import { addRehearseCommand } from './rehearse/rehearse-command.ts'
import type { SandboxCommand } from './run-sandbox.ts'

/**
 * The commands that start something and stay: they need more than one role, and so belong to the composition root. What
 * they run is loaded when they run, since BullMQ, got and the rest would double the time that `ringback enqueue` takes.
 *
 * Worker and sandbox go on where nothing can be written any more: their work does not lie in what they print.
 */
export function addRunningCommands(program: Command, context: CliContext): void {
  const worker = program
    .command('worker')
    .description('serve the configured destinations until SIGTERM or SIGINT')
    .addHelpText(
      'after',
      `
Settings come from the environment (docs/configuration.md). When told to stop,
it takes no more work, finishes the attempts under way and gives back the rest;
exit status 1 means that RINGBACK_SHUTDOWN_DEADLINE was too short for that.`,
    )
  action(worker, async () => {
    const { runWorker } = await import('./run-worker.ts')
    return runWorker(context)
  })

  const page = program
    .command('console')
    .description('serve a page that shows how everything stands, until SIGTERM or SIGINT')
    .addHelpText(
      'after',
      `
On this machine alone, at RINGBACK_CONSOLE_PORT (9465). For others it needs
users (\`ringback console users\`), or a proxy that says who asks. It needs no
worker, and says so when Redis is away. Numbers are masked.

Example:
  RINGBACK_CONSOLE_LABEL=production ringback console`,
    )
  action(page, async () => {
    const { runConsole } = await import('./run-console.ts')
    return runConsole(guardPipes(context))
  })
  addConsoleUsersCommand(page, guardPipes(context))

  const demo = program
    .command('demo')
    .description(
      'send the sample callbacks to a private Redis and a stand-in Salesforce, then exit',
    )
    .option('--keep', 'keep everything running until Ctrl-C, and say how to try it')
  action(demo, async () => {
    const { runDemo } = await import('./demo/run-demo.ts')
    const { keep = false } = demo.opts<{ keep?: true }>()
    return runDemo({ keep }, guardPipes(context))
  })

  addRehearseCommand(program, guardPipes(context))
  addSandboxCommand(program, context)
}

function addSandboxCommand(program: Command, context: CliContext): void {
  const sandbox = program
    .command('sandbox')
    .description('run a stand-in for Salesforce that checks every request and fails when told to')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes any free one', parsePort, 8080)
    .option('--org-id <id>', 'org id that tokens must name', '00DHs00000Kmpyr')
    .option('--call-center <name>', 'call center that tokens must name', 'scv4cc1')
    .option(
      '--key-file <path>',
      'private key shared with the worker; created if absent',
      defaultKeyFile,
    )
    .option(
      '--verify-key-file <path>',
      'another key, for asking what was booked; created if absent',
    )
    .addOption(
      new Option('--fail <fault>', 'a fault to simulate; may be given more than once')
        .argParser(collectFault)
        .default([], 'none'),
    )
    .addHelpText(
      'after',
      `
${foldText(`Faults are ${faultNames.join(', ')}, with details after a colon:`, 80).join('\n')}
  --fail break:status=503,times=3        the next three requests
  --fail limit:retryAfter=2,rate=0.1     every tenth request, by chance
  --fail cut:when=after,callId=vendor-1  books this call, then hangs up
  --fail break:on=query,times=2          the next two queries
  --fail lag:lagMs=5000                  bookings are found after five seconds

While it runs: GET /control, PUT and DELETE /control/faults, POST
/control/reset, GET /control/bookings; docs/sandbox.md describes them. Faults
are written there as here:
  curl -X PUT -d break:status=503,times=3 http://127.0.0.1:8080/control/faults`,
    )
  action(sandbox, async () => {
    const { runSandbox } = await import('./run-sandbox.ts')
    const { fail, ...options } = sandbox.opts<Omit<SandboxCommand, 'faults'> & { fail: Fault[] }>()
    return runSandbox({ ...options, faults: fail }, context)
  })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
}

function collectFault(text: string, earlier: Fault[]): Fault[] {
  const fault = parseFaultOption(text)
  if ('problem' in fault) throw new InvalidArgumentError(fault.problem)
  return [...earlier, fault]
}
