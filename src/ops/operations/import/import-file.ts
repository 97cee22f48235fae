import { RingbackError } from '../../../shared/errors/errors.ts'
import type { Target } from '../destination/target.ts'
import { withSubmitter, type CreateSubmitter } from '../enqueue/submitter.ts'
import { importItems, type RefusedLine } from './import-items.ts'
import type { Format } from './format.ts'
import { itemsOf } from './items-of.ts'
import { openInput, type Input, type InputDeps } from './open-input.ts'
import { answeredLines, type Tally } from './tally.ts'

export interface ImportRequest {
  /** A path, or `-` for the standard input. */
  file: string
  format: Format | undefined
}

/** What an import came to. */
export interface ImportSummary extends Tally {
  /** False: the end of the input was not reached. */
  complete: boolean
}

/** Hears of an import while it runs, and when it ends, by an error too. */
export interface ImportListener {
  refused(line: RefusedLine): void
  /** `part` of the input read, from 0 to 1; undefined where nobody knows its size. */
  progressed(tally: Tally, part: number | undefined): void
  ended(summary: ImportSummary): void
}

export interface ImportDeps extends InputDeps {
  createSubmitter: CreateSubmitter
  listener: ImportListener
}

/** Submits a file line by line. Throws `input-not-readable` for one that is not empty and holds nothing to import. */
export async function importFile(
  target: Target,
  { file, format }: ImportRequest,
  { createSubmitter, listener, ...deps }: ImportDeps,
): Promise<ImportSummary> {
  const counter = countBytes(await openInput(file, deps))
  const items = itemsOf(counter.chunks(), { file, format })
  const tally: Tally = { accepted: 0, duplicate: 0, refused: 0 }
  const summary = await withSubmitter(createSubmitter, target, async (submitter) => {
    let complete = false
    try {
      await importItems(items, submitter, (answer) => {
        tally[answer.kind] += 1
        if (answer.kind === 'refused') listener.refused(answer)
        listener.progressed(tally, counter.part())
      })
      complete = !deps.stopped.aborted
      return { ...tally, complete }
    } finally {
      listener.ended({ ...tally, complete })
    }
  })
  const isEmpty = answeredLines(summary) === 0
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
