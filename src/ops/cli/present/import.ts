import { describeProblems } from '../../../shared/errors/problem.ts'
import type { ImportSummary } from '../../operations/import/import-file.ts'
import type { RefusedLine } from '../../operations/import/import-items.ts'
import { answeredLines, type Tally } from '../../operations/import/tally.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import type { Presenter } from '../terminal/output.ts'
import { createProgress } from '../terminal/progress.ts'
import { say, sayPainted } from '../terminal/say.ts'
import { createScreen } from '../terminal/screen.ts'

/** How an import is shown to people: bad lines and the progress on stderr, the counts on stdout. */
export interface ImportPresenters {
  refused: Presenter<RefusedLine>
  progressed: Presenter<{ tally: Tally; part: number | undefined }>
  ended: Presenter<ImportSummary>
}

const shownRefusals = 50

export function createImportPresenters(
  context: Pick<CliContext, 'stderr' | 'env' | 'clock'>,
): ImportPresenters {
  const errors = createScreen(context.stderr, context)
  const progress = createProgress(context.stderr, context)
  let refusals = 0
  return {
    refused: (line) => {
      refusals += 1
      if (refusals > shownRefusals) return
      progress.clear()
      sayPainted(errors, { colour: 'red', word: `line ${line.line}:` }, reasonOf(line))
    },
    progressed: ({ tally, part }) => {
      progress.show(
        part,
        `${plainLines(answeredLines(tally))}, ${plainCount(tally.refused)} refused`,
      )
    },
    ended: (summary, screen) => {
      progress.clear()
      const more = refusals - shownRefusals
      if (more > 0) errors.line(`… and ${plainCount(more)} more bad lines; --json prints them all`)
      screen.line(countsOf(summary))
      if (!summary.complete && answeredLines(summary) > 0) say(errors, interruption(summary))
    },
  }
}

/** A problem of the line as a whole needs no field before it. */
function reasonOf({ problems, message }: RefusedLine): string {
  const [first] = problems
  if (first === undefined) return message
  return first.field === 'line' ? first.message : describeProblems(problems)
}

function countsOf(tally: Tally): string {
  const { accepted, duplicate, refused } = tally
  return (
    `${plainLines(answeredLines(tally))}: ${plainCount(accepted)} accepted, ` +
    `${plainCount(duplicate)} duplicate, ${plainCount(refused)} refused`
  )
}

function interruption(summary: ImportSummary): string {
  return (
    `Stopped before the end of the input, after ${plainLines(answeredLines(summary))}. ` +
    `Go on with --from-line ${summary.nextLine}. ` +
    'Importing the same input again is safe: what was accepted is then a duplicate, and nothing is booked twice.'
  )
}

function plainLines(count: number): string {
  return `${plainCount(count)} ${count === 1 ? 'line' : 'lines'}`
}

function plainCount(count: number): string {
  return count.toLocaleString('en-US')
}
