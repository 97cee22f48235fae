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
}

/** The producer library. The composition root hands it in, since roles never import each other. */
export type CreateSubmitter = (options: SubmitterOptions) => Submitter

/** Closes it, whatever becomes of what is submitted. */
export async function withSubmitter<Result>(
  createSubmitter: CreateSubmitter,
  { config: { redisUrl }, ref }: Target,
  use: (submitter: Submitter) => Promise<Result>,
): Promise<Result> {
  const submitter = createSubmitter({ redisUrl, ...ref })
  try {
    return await use(submitter)
  } finally {
    await submitter.close()
  }
}
