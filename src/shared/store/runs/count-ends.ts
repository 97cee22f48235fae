import { run } from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { callbackKey } from '../../redis/keys.ts'
import { defineScript } from '../../redis/script.ts'
import type { Result } from '../results/results.ts'
import type { Run } from './run-record.ts'

interface CountEndsInput {
  runId: string
  resultsCursor: string
  nextCursor: string
  ids: readonly string[]
  ends: readonly string[]
}

const countEndsAt = defineScript<CountEndsInput, boolean>({
  name: 'count-ends',
  beside: import.meta.url,
  keys: {
    run,
    callbacks: (ref, { ids }) => ids.map((id) => callbackKey(ref, id)),
  },
  args: ['runId', 'resultsCursor', 'nextCursor', 'ends'],
  decode: (reply) => reply === 1,
})

/** Counts those of these results that are of the run. False if somebody else has counted since the run was read. */
export function countEnds(
  store: DestinationStore,
  { id, resultsCursor }: Pick<Run, 'id' | 'resultsCursor'>,
  results: readonly Result[],
): Promise<boolean> {
  const ours = results.filter(({ runId }) => runId === id)
  return countEndsAt(store, {
    runId: id,
    resultsCursor,
    nextCursor: results.at(-1)?.entryId ?? resultsCursor,
    ids: ours.map((each) => each.id),
    ends: ours.map(({ state }) => state),
  })
}
