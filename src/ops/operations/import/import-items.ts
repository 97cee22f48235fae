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

/**
 * Submits every item, as many at once as the library does, and notes what became of each. A line that cannot be understood
 * is noted when it is met, which may be some lines before the answers of those above it. `note` is told as well from which line
 * on a later import would have to begin.
 */
export async function importItems(
  items: AsyncIterable<Item>,
  { submitter, fromLine, pace, stopped }: Reading,
  note: (answer: LineAnswer, nextLine: number) => void,
): Promise<void> {
  const unanswered: number[] = []
  let lastTaken = fromLine - 1
  const nextLine = () => unanswered[0] ?? lastTaken + 1

  async function* values(): AsyncGenerator {
    for await (const item of items) {
      if (item.line < fromLine) continue
      await pace()
      if (stopped.aborted) return
      lastTaken = item.line
      if (item.kind === 'intent') {
        unanswered.push(item.line)
        yield item.value
      } else {
        note(refusal(item), nextLine())
      }
    }
  }

  // Answers come in the order of the values.
  for await (const { index, ...answer } of submitter.enqueueMany(values())) {
    const line = unanswered.shift() ?? NaN
    note({ line, ...answer }, nextLine())
  }
}

function refusal({ line, problems }: Item & { kind: 'problem' }): RefusedLine {
  const message = describeProblems(problems)
  return { line, kind: 'refused', id: undefined, code: 'invalid-intent', message, problems }
}
