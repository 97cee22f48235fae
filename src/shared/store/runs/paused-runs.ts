import type { DestinationStore } from '../../redis/destination-store.ts'
import { runKey, runsKey } from '../../redis/keys.ts'
import { stateWhys, type StateWhy } from './run-kinds.ts'

/** A run that goes on when somebody says so. */
export interface PausedRun {
  id: string
  /** `asked`: somebody has paused it. Undefined: a newer version has, for a reason that this one does not know. */
  why: StateWhy | undefined
}

/** So many of the newest plans and runs are looked at: one that was paused before as many others came is shown in its list only. */
const mostLookedAt = 30

/** The newest first. */
export async function readPausedRuns({ redis, ref }: DestinationStore): Promise<PausedRun[]> {
  const ids = await redis.zrange(runsKey(ref), '0', String(mostLookedAt - 1), 'REV')
  const found = await Promise.all(
    ids.map(async (id) => {
      const [state, why] = await redis.hmget(runKey(ref, id), 'state', 'stateWhy')
      return state === 'paused' ? [{ id, why: stateWhys.find((each) => each === why) }] : []
    }),
  )
  return found.flat()
}
