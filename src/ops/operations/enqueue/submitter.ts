import type { IndexedAnswer } from '../../../shared/contract/enqueue-answer.ts'
import type { Target } from '../destination/target.ts'

/** The part of the producer library that operations use. */
export interface Submitter {
  enqueueMany(inputs: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<IndexedAnswer>
  close(): Promise<void>
}

export interface SubmitterOptions {
  redisUrl: string
  namespace: string
  destination: string
  /** Whether numbers are sealed. */
  seal: boolean
}

/** The producer library. The composition root hands it in, since roles never import each other. */
export type CreateSubmitter = (options: SubmitterOptions) => Submitter

/** Where callbacks are submitted to, and how. */
export interface SubmissionTarget extends Target {
  seal: boolean
}

/** Closes it, whatever becomes of what is submitted. */
export async function withSubmitter<Result>(
  createSubmitter: CreateSubmitter,
  { config: { redisUrl }, ref, seal }: SubmissionTarget,
  use: (submitter: Submitter) => Promise<Result>,
): Promise<Result> {
  const submitter = createSubmitter({ redisUrl, ...ref, seal })
  try {
    return await use(submitter)
  } finally {
    await submitter.close()
  }
}
