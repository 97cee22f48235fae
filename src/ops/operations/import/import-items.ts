import type { EnqueueAnswer, Refused } from '../../../shared/contract/enqueue-answer.ts'
import { describeProblems } from '../../../shared/errors/problem.ts'
import type { Submitter } from '../enqueue/submitter.ts'
import type { Item } from './item.ts'

/** What became of one line. */
export type LineAnswer = EnqueueAnswer & { line: number }

export type RefusedLine = Refused & { line: number }

/**
 * Submits every item, as many at once as the library does, and notes what became of each. A line that cannot be understood
 * is noted when it is met, which may be some lines before the answers of those above it.
 */
export async function importItems(
  items: AsyncIterable<Item>,
  submitter: Submitter,
  note: (answer: LineAnswer) => void,
): Promise<void> {
  const unanswered: number[] = []

  async function* values(): AsyncGenerator {
    for await (const item of items) {
      if (item.kind === 'intent') {
        unanswered.push(item.line)
        yield item.value
      } else {
        note(refusal(item))
      }
    }
  }

  // Answers come in the order of the values.
  for await (const { index, ...answer } of submitter.enqueueMany(values())) {
    note({ line: unanswered.shift() ?? NaN, ...answer })
  }
}

function refusal({ line, problems }: Item & { kind: 'problem' }): RefusedLine {
  const message = describeProblems(problems)
  return { line, kind: 'refused', id: undefined, code: 'invalid-intent', message, problems }
}
