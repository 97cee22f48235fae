import { RingbackError } from '../shared/errors/errors.ts'
import type { Redis } from '../shared/redis/connection.ts'
import type { DestinationStore } from '../shared/redis/destination-store.ts'
import type { Acceptance } from '../shared/store/ledger/accept.ts'
import { waitForReplicas, type ReplicaWish } from '../shared/store/server/wait-for-replicas.ts'
import { formatDuration } from '../shared/time/duration.ts'

/** Does what is to be done, and answers when replicas have it. Throws `not-replicated` where that cannot be had in time. */
export type Replicated = (
  store: DestinationStore,
  write: () => Promise<Acceptance>,
) => Promise<Acceptance>

/** Of connections of its own, which wait. One question over each for all that was done since the last. */
export function createReplicated(wish: ReplicaWish): Replicated {
  const next = new Map<Redis, Promise<number>>()

  function reached(redis: Redis): Promise<number> {
    const asking =
      next.get(redis) ??
      soon().then(() => {
        next.delete(redis)
        return waitForReplicas(redis, wish)
      })
    next.set(redis, asking)
    return asking
  }

  return async ({ redis }, write) => {
    const socket = redis.stream
    const answer = await write()
    if (answer.kind === 'conflict') return answer
    const count = await reached(redis)
    // Another connection may be to another server, which says so of what it has done itself.
    if (redis.stream !== socket) throw notReplicated('the connection was lost meanwhile')
    if (count >= wish.replicas) return answer
    const within = formatDuration(wish.timeoutMs)
    throw notReplicated(`${count} of ${wish.replicas} replicas had it within ${within}`)
  }
}

/** For what is answered in the same moment. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function notReplicated(why: string): RingbackError {
  return new RingbackError(
    'not-replicated',
    `Redis took it, and it is not known to be on as many replicas as RINGBACK_WAIT_REPLICAS says: ${why}. Submit it again with ` +
      'the same id, which is safe; if it goes on, check the replicas.',
  )
}
