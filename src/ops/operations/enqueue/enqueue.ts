import type { StoreConfig } from '../../../shared/config/config.ts'
import type { EnqueueAnswer } from '../../../shared/contract/enqueue-answer.ts'
import { partitionOf } from '../../../shared/contract/partition.ts'
import type { DestinationRef } from '../../../shared/redis/keys.ts'
import { newestResultId } from '../../../shared/store/results/results.ts'
import { withPartitions } from '../destination/any-destination.ts'
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
  const { config, ref } = target
  const positions = await withPartitions(config, ref.destination, (stores) =>
    Promise.all(
      stores.map(async (store) => ({ ref: store.ref, position: await newestResultId(store) })),
    ),
  )
  const answer = await enqueue(target, intent, createSubmitter)
  return {
    answer,
    end: async (deps) =>
      answer.kind === 'refused' ? undefined : await endOf(answer.id, positions, { config, deps }),
  }
}

interface Position {
  ref: DestinationRef
  /** Of its newest result, before. */
  position: string
}

function endOf(
  id: string,
  positions: readonly Position[],
  { config, deps }: { config: StoreConfig; deps: FollowDeps },
): Promise<End | undefined> {
  const home = positions[partitionOf(id, positions.length)]
  if (home === undefined) throw new TypeError('a destination has no partition')
  return waitForEnd({ config, ref: home.ref }, { id, position: home.position }, deps)
}
