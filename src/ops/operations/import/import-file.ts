import { RingbackError } from '../../../shared/errors/errors.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { withSubmitter, type CreateSubmitter, type SubmissionTarget } from '../enqueue/submitter.ts'
import { importItems, type RefusedLine } from './import-items.ts'
import type { Format } from './format.ts'
import { itemsOf } from './items-of.ts'
import { openInput, type Input, type InputDeps } from './open-input.ts'
import { createPace } from './pace.ts'
import { answeredLines, type Tally } from './tally.ts'

export interface ImportRequest {
  /** A path, or `-` for the standard input. */
  file: string
  format: Format | undefined
  /** The first line to submit, from 1; of a CSV file the header is read all the same. */
  fromLine?: number | undefined
  /** Lines a second; undefined: as many as can be. */
  rate?: number | undefined
}

/** What an import came to. */
export interface ImportSummary extends Tally {
  /** False: the end of the input was not reached. */
  complete: boolean
  /** Everything before this line has been dealt with. */
  nextLine: number
}

/** Hears of an import while it runs, and when it ends, by an error too. */
export interface ImportListener {
  refused(line: RefusedLine): void
  /** `part` of the input read, from 0 to 1; undefined where nobody knows its size. */
  progressed(tally: Tally, part: number | undefined): void
  ended(summary: ImportSummary): void
}

export interface ImportDeps extends InputDeps {
  clock: Clock
  createSubmitter: CreateSubmitter
  listener: ImportListener
}

/** Submits a file line by line. Throws `input-not-readable` for one that is not empty and holds nothing to import. */
export async function importFile(
  target: SubmissionTarget,
  { file, format, fromLine = 1, rate }: ImportRequest,
  { createSubmitter, listener, ...deps }: ImportDeps,
): Promise<ImportSummary> {
  const counter = countBytes(await openInput(file, deps))
  const items = itemsOf(counter.chunks(), { file, format })
  const { clock, stopped } = deps
  const pace = createPace(rate, { clock, stopped })
  const tally: Tally = { accepted: 0, duplicate: 0, refused: 0 }
  let nextLine = fromLine
  const summary = await withSubmitter(createSubmitter, target, async (submitter) => {
    let complete = false
    try {
      const reading = { submitter, fromLine, pace, stopped }
      await importItems(items, reading, (answer, next) => {
        nextLine = next
        tally[answer.kind] += 1
        if (answer.kind === 'refused') listener.refused(answer)
        listener.progressed(tally, counter.part())
      })
      complete = !deps.stopped.aborted
      return { ...tally, complete, nextLine }
    } finally {
      listener.ended({ ...tally, complete, nextLine })
    }
  })
  const isEmpty = answeredLines(summary) === 0 && fromLine === 1
  if (summary.complete && counter.bytes() > 0 && isEmpty) throw holdsNothing(file)
  return summary
}

/** A header without a row, or blanks. */
function holdsNothing(file: string): RingbackError {
  const name = file === '-' ? 'The standard input' : file
  return new RingbackError(
    'input-not-readable',
    `${name} is not empty, but contains no callback: a header without rows, or only spaces.`,
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
