import type { DestinationStore } from '../../redis/destination-store.ts'
import { deadLettersKey } from '../../redis/keys.ts'
import { epochMsOf } from '../../time/timestamp.ts'
import { newestResults } from '../results/results.ts'
import type { RunKind } from './run-kinds.ts'

/** When the newest end was that a run of this kind could be about; undefined if there is none. */
export async function newestEndMs(
  store: DestinationStore,
  kind: RunKind,
): Promise<number | undefined> {
  if (kind === 'replay') {
    const [newest] = await newestResults(store, { sinceMs: 0, count: 1 })
    return newest && epochMsOf(newest.at)
  }
  if (kind === 'cancel') return undefined
  const { redis, ref } = store
  const [, score] = await redis.zrange(deadLettersKey(ref), '-1', '-1', 'WITHSCORES')
  return score === undefined ? undefined : Number(score)
}
