import type { EnqueueAnswer } from '../../../shared/contract/enqueue-answer.ts'
import { newestResultId } from '../../../shared/store/results/results.ts'
import { withStore } from '../destination/target.ts'
import type { FollowDeps } from '../results/follow-results.ts'
import { withSubmitter, type CreateSubmitter, type SubmissionTarget } from './submitter.ts'
import { waitForEnd, type End } from './wait-for-end.ts'

/** Submits one intent, as whoever submits it has written it. */
export function enqueue(
  target: SubmissionTarget,
  intent: unknown,
  createSubmitter: CreateSubmitter,
): Promise<EnqueueAnswer> {
  return withSubmitter(createSubmitter, target, async (submitter) => {
    for await (const { index, ...answer } of submitter.enqueueMany([intent])) return answer
    throw new TypeError('the library did not answer')
  })
}

/** What was answered, and what is still to come. */
export interface AwaitedAnswer {
  answer: EnqueueAnswer
  /** Undefined if the intent was refused, or we were stopped before its end came. */
  end: (deps: FollowDeps) => Promise<End | undefined>
}

/** The same for whoever waits for the end of the callback. */
export async function enqueueAwaited(
  target: SubmissionTarget,
  intent: unknown,
  createSubmitter: CreateSubmitter,
): Promise<AwaitedAnswer> {
  // Taken first: from here on no end of this callback can be missed.
  const position = await withStore(target, (store) => newestResultId(store))
  const answer = await enqueue(target, intent, createSubmitter)
  return {
    answer,
    end: async (deps) =>
      answer.kind === 'refused'
        ? undefined
        : await waitForEnd(target, { id: answer.id, position }, deps),
  }
}
