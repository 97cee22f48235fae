import { Option, type Command } from 'commander'

import { RingbackError } from '../../../shared/errors/errors.ts'
import { action } from '../action.ts'
import { exitStatus, type CliContext } from '../cli-context.ts'
import { importItems } from '../../operations/import/import-items.ts'
import { formats, itemsOf, type Format } from '../../operations/import/items-of.ts'
import { openInput, type Input } from '../../operations/import/open-input.ts'
import { answeredLines, type Tally } from '../../operations/import/tally.ts'
import {
  importViewForPeople,
  importViewForPrograms,
  type ImportView,
} from '../present/import-views.ts'
import { openStore, withCommonOptions, type CommonOptions } from './store.ts'

interface ImportOptions extends CommonOptions {
  format?: Format
}

export function addImportCommand(program: Command, context: CliContext): void {
  const command = withCommonOptions(program.command('import'))
    .description('accept a file of callbacks, one a line: JSON Lines or CSV')
    .argument('<file>', 'its path, or - for the standard input')
    .addOption(
      new Option('--format <format>', 'default: by extension, else by the first line').choices(
        formats,
      ),
    )
    .addHelpText(
      'after',
      `
Every line is validated; a bad one is reported with its number and the others are accepted. The same file can be
imported again: what was accepted is then a duplicate. Exit status 1 if any line was bad.

CSV: the header has the names of intent fields, and attributes.x for the attribute x. Empty cells are absent, also where
they are missing at the end of a row. Commas, semicolons or tabs, or what a line sep=… before the header says.
With --json a JSON object for every bad line, then one with the counts.

Examples:
  ringback import callbacks.jsonl
  ringback import callbacks.csv --json
  zcat callbacks.jsonl.gz | ringback import -`,
    )
  action(command, async ([file = '']) => {
    const options = command.opts<ImportOptions>()
    const view = options.json ? importViewForPrograms(context) : importViewForPeople(context)
    const { refused, complete, nothing } = await runImport(context, { file, ...options }, view)
    if (nothing) throw holdsNothing(file)
    return complete && refused === 0 ? exitStatus.done : exitStatus.problem
  })
}

interface ImportRequest extends ImportOptions {
  file: string
}

interface Ending extends Tally {
  /** False: stopped before the end of the input. */
  complete: boolean
  /** The input is not empty, and holds nothing to import: a header without a row, or blanks. */
  nothing: boolean
}

async function runImport(
  context: CliContext,
  request: ImportRequest,
  view: ImportView,
): Promise<Ending> {
  const { config, place } = openStore(context, request)
  const input = await openInput(context, request.file)
  const counter = countBytes(input)
  const items = itemsOf(counter.chunks(), { file: request.file, format: request.format })
  const submitter = context.createSubmitter({ redisUrl: config.redisUrl, ...place })
  const tally: Tally = { accepted: 0, duplicate: 0, refused: 0 }
  let complete = false
  try {
    await importItems(items, submitter, (answer) => {
      tally[answer.kind] += 1
      if (answer.kind === 'refused') view.refused(answer)
      view.progressed(tally, counter.part())
    })
    complete = !context.stopped.aborted
  } finally {
    view.ended(tally, complete)
    await submitter.close()
  }
  const nothing = complete && counter.bytes() > 0 && answeredLines(tally) === 0
  return { ...tally, complete, nothing }
}

function holdsNothing(file: string): RingbackError {
  const name = file === '-' ? 'The standard input' : file
  return new RingbackError(
    'input-not-readable',
    `${name} is not empty, and holds no callback: a header without rows, or blanks only.`,
  )
}

/** How much of the input has been read, as a part of the whole. */
function countBytes({ chunks, bytes }: Input) {
  let read = 0
  return {
    bytes: () => read,
    part: () => (bytes === undefined || bytes === 0 ? undefined : read / bytes),
    chunks: async function* () {
      for await (const chunk of chunks) {
        read += chunk.length
        yield chunk
      }
    },
  }
}
