import { extname } from 'node:path'

import { Argument, Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { printable } from '../../../shared/text/printable.ts'
import { exportRows, type ExportRequest } from '../../operations/export/export-rows.ts'
import { isFile, withOutputFile } from '../../operations/export/output-file.ts'
import { columns, type Exported } from '../../operations/export/rows.ts'
import { formats, type Format } from '../../operations/import/format.ts'
import { presentExport, presentExportProgress } from '../present/export.ts'
import { converse, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { exitStatus } from '../terminal/exit-status.ts'
import type { Output } from '../terminal/output.ts'
import { pastTime, pointInTime, refuseEmptyRange } from '../terminal/point-in-time.ts'
import { createProgress } from '../terminal/progress.ts'
import { noteRevealed, withRevealOption, type RevealOptions } from './reveal.ts'

interface ExportOptions extends CommonOptions, RevealOptions {
  format?: Format
  /** Epoch ms. */
  since?: number
  until?: number
  yes?: true
}

const things = Object.keys(columns)

export function addExportCommand(program: Command, context: CliContext): void {
  const time = (text: string) => pointInTime(text, context.clock.now())
  const past = (text: string) => pastTime(text, context.clock.now())
  const command = withRevealOption(withCommonOptions(program.command('export')))
    .description('write results or dead letters to a file, or to the standard output')
    .addArgument(new Argument('<what>', 'what to write').choices(things))
    .argument('[file]', 'its path; left out, or -: the standard output')
    .addOption(
      new Option('--format <format>', 'default: by extension, else jsonl').choices(formats),
    )
    .option('--since <time>', 'ended since: ISO 8601 with offset, or how long ago (2h)', past)
    .option('--until <time>', 'ended before', time)
    .option('--yes', 'replace the file without asking')
    .addHelpText(
      'after',
      `
Oldest first, JSON Lines or CSV. Numbers are masked, in attributes and in what
was never understood too; --reveal masks nothing, and a line of JSON on stderr
logs that. The file can be read by its owner alone, and is there only when it is
complete. In CSV, attributes are JSON, and a cell that a spreadsheet would take
for a formula begins with an apostrophe. --json prints the counts of a file.
On a terminal you are asked before a file is replaced; exit status 2 if you
answer no.

Examples:
  ringback export results results.csv --since 24h
  ringback export dead-letters --since 7d | jq -r .code | sort | uniq -c`,
    )
  converse<ExportOptions>(command, context, async (given, output) => {
    const request = requestOf(given)
    const file = given.args[1] ?? '-'
    const config = loadStoreConfig(context.env)
    if (!(await mayWrite(file, given.options, output))) return exitStatus.usage
    if (request.reveal) noteRevealed({ exported: request.what, file }, context)
    const { stopped, stderr } = context
    const progress = createProgress(stderr, context)
    const run = (write: (text: string) => Promise<void>) =>
      exportRows(config, request, {
        write,
        stopped,
        progressed: (rows) => progress.show(undefined, presentExportProgress(rows)),
      }).finally(() => progress.clear())
    if (file === '-') {
      const { complete } = await run((text) => writeOut(text, context))
      return complete ? exitStatus.done : exitStatus.problem
    }
    const summary = await withOutputFile(file, run, ({ complete }) => complete)
    output.print({ ...summary, file }, presentExport)
    return summary.complete ? exitStatus.done : exitStatus.problem
  })
}

function requestOf({ args, options }: Given<ExportOptions>): ExportRequest {
  const [what, file = '-'] = args
  const { destination, format, since = 0, until = Infinity, reveal = false } = options
  refuseEmptyRange({ since, until }, ['--since', '--until'])
  return {
    what: thing(what),
    destination,
    format: format ?? (extname(file).toLowerCase() === '.csv' ? 'csv' : 'jsonl'),
    sinceMs: since,
    untilMs: until,
    reveal,
  }
}

/** Programs are not asked: whoever exports every night means the file of the night before. */
async function mayWrite(file: string, { yes }: ExportOptions, output: Output): Promise<boolean> {
  if (file === '-' || yes === true || !(await isFile(file))) return true
  return (await output.ask(`Replace ${printable(file)}?`)) !== false
}

/** Commander has refused all others. */
function thing(what: string | undefined): Exported {
  return what === 'results' ? what : 'dead-letters'
}

/** A reader that is slow is waited for. */
function writeOut(text: string, { stdout }: CliContext): Promise<void> {
  return new Promise((resolve) => void stdout.write(text, resolve))
}
