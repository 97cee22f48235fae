import type { EnqueueAnswer, Refused } from '../../../shared/contract/enqueue-answer.ts'
import { describeProblems } from '../../../shared/errors/problem.ts'
import type { Submitter } from '../enqueue/submitter.ts'
import type { Item } from './item.ts'
import type { Pace } from './pace.ts'

/** What became of one line. */
export type LineAnswer = EnqueueAnswer & { line: number }

export type RefusedLine = Refused & { line: number }

export interface Reading {
  submitter: Submitter
  /** Lines before this one are passed over: an earlier import has dealt with them. */
  fromLine: number
  pace: Pace
  /** Once it is aborted no further line is taken up: the one at hand may have been cut off. */
  stopped: AbortSignal
}

/** A line that was taken up. `refused`: that it is, is told when all above it are answered. */
interface Taken {
  line: number
  refused?: RefusedLine
}

/**
 * Submits every item, as many at once as the library does, and notes what became of each, line by line. `note` is told as well from
 * which line on a later import would have to begin.
 */
export async function importItems(
  items: AsyncIterable<Item>,
  { submitter, fromLine, pace, stopped }: Reading,
  note: (answer: LineAnswer, nextLine: number) => void,
): Promise<void> {
  const unanswered: Taken[] = []
  let lastTaken = fromLine - 1

  function noteFirst(answer: LineAnswer): void {
    unanswered.shift()
    note(answer, unanswered[0]?.line ?? lastTaken + 1)
  }

  function noteRefused(): void {
    for (;;) {
      const refused = unanswered[0]?.refused
      if (refused === undefined) return
      noteFirst(refused)
    }
  }

  async function* values(): AsyncGenerator {
    for await (const item of items) {
      const { line } = item
      if (line < fromLine) continue
      await pace()
      if (stopped.aborted) return
      lastTaken = line
      if (item.kind === 'intent') {
        unanswered.push({ line })
        yield item.value
      } else {
        unanswered.push({ line, refused: refusal(item) })
        noteRefused()
      }
    }
  }

  // Answers come in the order of the values.
  for await (const { index, ...answer } of submitter.enqueueMany(values())) {
    noteFirst({ line: unanswered[0]?.line ?? NaN, ...answer })
    noteRefused()
  }
}

function refusal({ line, problems }: Item & { kind: 'problem' }): RefusedLine {
  const message = describeProblems(problems)
  return { line, kind: 'refused', id: undefined, code: 'invalid-intent', message, problems }
}
