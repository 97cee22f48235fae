import { describeProblems } from '../../../shared/errors/problem.ts'
import type { CliContext } from '../cli-context.ts'
import type { RefusedLine } from '../../operations/import/import-items.ts'
import { answeredLines, type Tally } from '../../operations/import/tally.ts'
import { toJson } from './json.ts'
import { createProgress } from './progress.ts'
import { createScreen } from './screen.ts'

/** What an import shows while it runs and when it ends. */
export interface ImportView {
  refused(line: RefusedLine): void
  /** `part` of the input read, from 0 to 1; undefined where nobody knows its size. */
  progressed(tally: Tally, part: number | undefined): void
  /** `complete` false: the end of the input was not reached. */
  ended(tally: Tally, complete: boolean): void
}

const shownRefusals = 50

/** Bad lines and the progress on stderr, the counts on stdout. */
export function importViewForPeople(context: CliContext): ImportView {
  const screen = createScreen(context.stdout, context)
  const errors = createScreen(context.stderr, context)
  const progress = createProgress(context.stderr, context)
  let refusals = 0
  return {
    refused: (line) => {
      refusals += 1
      if (refusals > shownRefusals) return
      progress.clear()
      errors.line(`${errors.paint('red', `line ${line.line}:`)} ${reasonOf(line)}`)
    },
    progressed: (tally, part) => {
      progress.show(
        part,
        `${plainLines(answeredLines(tally))}, ${plainCount(tally.refused)} refused`,
      )
    },
    ended: (tally, complete) => {
      progress.clear()
      const more = refusals - shownRefusals
      if (more > 0) errors.line(`… and ${plainCount(more)} more bad lines; --json prints them all`)
      screen.line(countsOf(tally))
      if (!complete && answeredLines(tally) > 0) errors.line(interruption(tally))
    },
  }
}

/** JSON Lines: every bad line, then the counts. */
export function importViewForPrograms(context: CliContext): ImportView {
  const { line: print } = createScreen(context.stdout, context)
  return {
    refused: (line) => print(toJson(line)),
    progressed: () => {
      // Programs wait for the end.
    },
    ended: (tally, complete) => print(toJson({ kind: 'summary', ...tally, complete })),
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

function interruption(tally: Tally): string {
  return (
    `The end of the input was not reached; ${plainLines(answeredLines(tally))} answered before. ` +
    'Importing the same input again is safe: what was accepted is then a duplicate, and nothing is booked twice.'
  )
}

function plainLines(count: number): string {
  return `${plainCount(count)} ${count === 1 ? 'line' : 'lines'}`
}

function plainCount(count: number): string {
  return count.toLocaleString('en-US')
}
