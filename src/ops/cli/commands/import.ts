import { InvalidArgumentError, Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { targetOf } from '../../operations/destination/target.ts'
import type { CreateSubmitter } from '../../operations/enqueue/submitter.ts'
import { formats, type Format } from '../../operations/import/format.ts'
import type { ImportListener } from '../../operations/import/import-file.ts'
import { createImportPresenters } from '../present/import.ts'
import { converse } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { rateOr } from '../terminal/rate.ts'
import { wholeNumber } from '../terminal/whole-number.ts'

interface ImportOptions extends CommonOptions {
  format?: Format
  fromLine: number
  rate?: number
  seal?: true
}

export function addImportCommand(
  program: Command,
  context: CliContext,
  createSubmitter: CreateSubmitter,
): void {
  const command = withCommonOptions(program.command('import'))
    .description('accept a file of callbacks, one per line: JSON Lines or CSV')
    .argument('<file>', 'its path, or - for the standard input')
    .addOption(
      new Option('--format <format>', 'default: by extension, else by the first line').choices(
        formats,
      ),
    )
    .option('--from-line <n>', 'go on at this line of the file', lineNumber, 1)
    .option('--rate <rate>', 'so many lines a second, such as 500/s', rateOr())
    .option('--seal', 'encrypt numbers to a public key of the destination')
    .addHelpText(
      'after',
      `
Every line is validated; a bad one is reported with its number and the others
are accepted. The same file can be imported again: what was accepted is then a
duplicate. Exit status 1 if any line was bad. An import that was stopped, or has
lost its Redis, says at which line --from-line goes on (\`nextLine\` in JSON).

CSV: the header has the names of intent fields, and attributes.x for the
attribute x. Empty cells count as absent, as do missing cells at the end of a
row. Separators are commas, semicolons or tabs, or what a line sep=… before the
header says. With --json, one JSON object for each bad line, then one with the
counts.

Examples:
  ringback import callbacks.jsonl
  ringback import callbacks.csv --json
  ringback import callbacks.csv --from-line 400001 --rate 500/s
  zcat callbacks.jsonl.gz | ringback import -`,
    )
  converse<ImportOptions>(command, context, async ({ args: [file = ''], options }, output) => {
    const place = targetOf(loadStoreConfig(context.env), options.destination)
    const target = { ...place, seal: options.seal === true }
    const { importFile } = await import('../../operations/import/import-file.ts')
    const { stdin, stopped, clock } = context
    const listener = showing(output, context)
    const deps = { stdin, stopped, clock, createSubmitter, listener }
    const { format, fromLine, rate } = options
    const request = { file, format, fromLine, rate }
    const { complete, refused } = await importFile(target, request, deps)
    return complete && refused === 0 ? exitStatus.done : exitStatus.problem
  })
}

function lineNumber(text: string): number {
  const line = wholeNumber(text)
  if (line >= 1) return line
  throw new InvalidArgumentError('Lines are counted from 1.')
}

function showing(output: Output, context: CliContext): ImportListener {
  const present = createImportPresenters(context)
  return {
    refused: (line) => output.printLine(line, present.refused),
    progressed: (tally, part) => output.tell({ tally, part }, present.progressed),
    ended: (summary) => output.printLine({ kind: 'summary', ...summary }, present.ended),
  }
}
