import { InvalidArgumentError, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { readTraceparent } from '../../../shared/contract/traceparent.ts'
import { targetOf } from '../../operations/destination/target.ts'
import { enqueue, enqueueAwaited } from '../../operations/enqueue/enqueue.ts'
import type { CreateSubmitter, SubmissionTarget } from '../../operations/enqueue/submitter.ts'
import { presentAnswer, presentEnd } from '../present/enqueue.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { intentInput, type IntentOptions } from './enqueue-input.ts'
import { followDeps } from './follow-deps.ts'

interface EnqueueOptions extends IntentOptions, CommonOptions {
  wait?: true
  seal?: true
}

const valueOptions = [
  ['--call-id <id>', 'Salesforce voiceCallId or the vendor’s contact id (required)'],
  ['--number <e164>', 'the customer’s number, E.164, such as +18445791189 (required)'],
  ['--id <id>', 'idempotency key (default: derived from call, number, scheduled routing)'],
  ['--delay <duration>', 'hold it this long: 500ms, 10s, 5m, 2h, ISO 8601 (PT5M) or ms'],
  ['--not-before <time>', 'hold it until this time: ISO 8601 with offset, or with --time-zone'],
  ['--time-zone <zone>', 'IANA name: --not-before is local time there'],
  ['--scheduled-routing <time>', 'Salesforce holds it until this time: ISO 8601 with offset'],
  ['--expires-at <time>', 'send nothing after this: ISO 8601 with offset'],
  ['--priority <n>', '0 (first) to 9 (default: 5)'],
  ['--requested-at <time>', 'when the customer asked: ISO 8601 with offset'],
  ['--traceparent <context>', 'W3C trace context to continue'],
] as const

export function addEnqueueCommand(
  program: Command,
  context: CliContext,
  createSubmitter: CreateSubmitter,
): void {
  const command = withCommonOptions(program.command('enqueue')).description(
    'accept one callback: when this says accepted, Redis holds the promise',
  )
  addOptionsOnce(command, valueOptions)
  command
    .option('--preview', 'the rep reviews the request before dialling')
    .option('--attribute <name=value>', 'copied to the results; up to 16 times', addAttribute)
    .option('--seal', 'encrypt the number to a public key of the destination; needs --id')
    .option('--wait', 'wait for the end of the callback; exit status 0 only if it was booked')
    .addHelpText(
      'after',
      `
Submitting the same callback again changes nothing and prints "duplicate". Exit
status 1 if it is refused.

Examples:
  ringback enqueue --call-id 0LQxx0000004567GAA --number +18445791189 --wait
  ringback enqueue --call-id c-1 --number +18445791189 --delay 5m \\
    --attribute campaign=spring
  ringback enqueue --call-id c-1 --number +18445791189 \\
    --not-before 2026-03-02T09:00 --time-zone Europe/Vienna`,
    )
  converse<EnqueueOptions>(command, context, ({ options }, output) => {
    const place = targetOf(loadStoreConfig(context.env), options.destination)
    const target = { ...place, seal: options.seal === true }
    const submission = { target, options, output, createSubmitter }
    return options.wait ? submitAndWait(context, submission) : submit(submission)
  })
}

interface Submission {
  target: SubmissionTarget
  options: EnqueueOptions
  output: Output
  createSubmitter: CreateSubmitter
}

async function submit({ target, options, output, createSubmitter }: Submission): Promise<number> {
  const answer = await enqueue(target, intentInput(options), createSubmitter)
  noteIgnoredTrace(options, output)
  output.print(answer, presentAnswer)
  return answer.kind === 'refused' ? exitStatus.problem : exitStatus.done
}

async function submitAndWait(
  context: CliContext,
  { target, options, output, createSubmitter }: Submission,
): Promise<number> {
  const awaited = await enqueueAwaited(target, intentInput(options), createSubmitter)
  const { answer } = awaited
  noteIgnoredTrace(options, output)
  output.tell(answer, presentAnswer)
  const end = await awaited.end(followDeps(context))
  output.print({ ...answer, end }, presentEnd)
  return end?.state === 'booked' ? exitStatus.done : exitStatus.problem
}

/** What is there for observability refuses nothing; but whoever typed it should know. */
function noteIgnoredTrace({ traceparent }: EnqueueOptions, output: Output): void {
  if (traceparent === undefined || readTraceparent(traceparent) !== undefined) return
  output.note(
    '--traceparent is not W3C trace context (00-<32 hex>-<16 hex>-<2 hex>), and is left out.',
  )
}

/** Of two values for one option the last would win without a word. The message holds neither: one may be a number. */
function addOptionsOnce(
  command: Command,
  options: readonly (readonly [flags: string, description: string])[],
): void {
  for (const [flags, description] of options) {
    command.option(flags, description, (value: string, previous?: string) =>
      previous === undefined ? value : command.error(`error: option '${flags}' is given twice`),
    )
  }
}

function addAttribute(
  text: string,
  attributes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write name=value.')
  const name = text.slice(0, at)
  if (Object.hasOwn(attributes, name)) throw new InvalidArgumentError(`${name} is given twice.`)
  return Object.fromEntries([...Object.entries(attributes), [name, text.slice(at + 1)]])
}
