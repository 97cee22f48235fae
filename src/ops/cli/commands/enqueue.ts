import { InvalidArgumentError, type Command } from 'commander'

import type { EnqueueAnswer } from '../../../shared/contract/enqueue-answer.ts'
import { readTraceparent } from '../../../shared/contract/traceparent.ts'
import { newestResultId } from '../../../shared/store/results/results.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { presentAnswer, presentEnd } from '../present/enqueue.ts'
import { printJson } from '../present/json.ts'
import { createScreen } from '../present/screen.ts'
import { intentInput, type IntentOptions } from './enqueue-input.ts'
import { openStore, withCommonOptions, withRedis, type CommonOptions, type Store } from './store.ts'
import { waitForEnd } from './wait-for-end.ts'

interface EnqueueOptions extends IntentOptions, CommonOptions {
  wait?: true
}

const valueOptions = [
  ['--call-id <id>', 'Salesforce voiceCallId or the vendor’s contact id (required)'],
  ['--number <e164>', 'the customer’s number, E.164, such as +18445791189 (required)'],
  ['--id <id>', 'idempotency key (default: derived from call, number, scheduled routing)'],
  ['--delay <duration>', 'hold it that long: 500ms, 10s, 5m, 2h, ISO 8601 (PT5M) or ms'],
  ['--not-before <time>', 'hold it until then: ISO 8601 with offset, or with --time-zone'],
  ['--time-zone <zone>', 'IANA name: --not-before is local time there'],
  ['--scheduled-routing <time>', 'Salesforce holds it until then: ISO 8601 with offset'],
  ['--expires-at <time>', 'send nothing after this: ISO 8601 with offset'],
  ['--priority <n>', '0 (first) to 9 (default: 5)'],
  ['--requested-at <time>', 'when the customer asked: ISO 8601 with offset'],
  ['--traceparent <context>', 'W3C trace context to continue'],
] as const

export function addEnqueueCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('enqueue')).description(
    'accept one callback: when this says accepted, Redis holds the promise',
  )
  addOptionsOnce(command, valueOptions)
  command
    .option('--preview', 'the rep reviews the request before dialling')
    .option('--attribute <name=value>', 'carried to the results; up to 16 times', addAttribute)
    .option('--wait', 'wait for the end of the callback; exit status 0 only if it was booked')
    .addHelpText(
      'after',
      `
Submitting the same again changes nothing and says "duplicate". Exit status 1 if it is refused.

Examples:
  ringback enqueue --call-id 0LQxx0000004567GAA --number +18445791189 --wait
  ringback enqueue --call-id c-1 --number +18445791189 --delay 5m --attribute campaign=spring
  ringback enqueue --call-id c-1 --number +18445791189 --not-before 2026-03-02T09:00 --time-zone Europe/Vienna`,
    )
  action(command, async () => {
    const options = command.opts<EnqueueOptions>()
    const store = openStore(context, options)
    return options.wait ? enqueueAndWait(context, store, options) : enqueue(context, store, options)
  })
}

async function enqueue(
  context: CliContext,
  store: Store,
  options: EnqueueOptions,
): Promise<number> {
  const answer = await submitOne(context, store, intentInput(options))
  noteIgnoredTrace(context, options)
  if (options.json) printJson(context.stdout, answer)
  else presentAnswer(answer, createScreen(context.stdout, context))
  return answer.kind === 'refused' ? exitStatus.problem : exitStatus.done
}

async function enqueueAndWait(
  context: CliContext,
  store: Store,
  options: EnqueueOptions,
): Promise<number> {
  // Taken first: from here on no end of this callback can be missed.
  const position = await withRedis(store.config, (redis) => newestResultId(redis, store.place))
  const answer = await submitOne(context, store, intentInput(options))
  noteIgnoredTrace(context, options)
  const screen = createScreen(context.stdout, context)
  if (!options.json) presentAnswer(answer, screen)
  const end =
    answer.kind === 'refused'
      ? undefined
      : await waitForEnd(context, store, { id: answer.id, position })
  if (options.json) printJson(context.stdout, { ...answer, end })
  else if (answer.kind !== 'refused') presentEnd(answer.id, end, screen)
  return end?.state === 'booked' ? exitStatus.done : exitStatus.problem
}

async function submitOne(
  context: CliContext,
  { config: { redisUrl }, place }: Store,
  input: unknown,
): Promise<EnqueueAnswer> {
  const submitter = context.createSubmitter({ redisUrl, ...place })
  try {
    for await (const { index, ...answer } of submitter.enqueueMany([input])) return answer
    throw new TypeError('the library did not answer')
  } finally {
    await submitter.close()
  }
}

/** What is there for observability refuses nothing; but whoever typed it should know. */
function noteIgnoredTrace(context: CliContext, { traceparent, json }: EnqueueOptions): void {
  if (json || traceparent === undefined || readTraceparent(traceparent) !== undefined) return
  createScreen(context.stderr, context).line(
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
