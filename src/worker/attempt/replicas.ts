import type { SalesforceAnswer } from '../../shared/delivery/salesforce-answer.ts'
import { messageOf } from '../../shared/errors/errors.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { askTogether } from '../../shared/store/server/ask-together.ts'
import { waitForReplicas, type ReplicasWish } from '../../shared/store/server/wait-for-replicas.ts'
import { formatDuration } from '../../shared/time/duration.ts'

/** What Redis said to what was written, and why fewer replicas than are asked for may have it; undefined: they have. */
export interface Written<Reply> {
  reply: Reply
  missing: string | undefined
}

/**
 * Redis answers before it passes on. A primary that is lost with what it was told of an attempt is replaced by one that sends the
 * callback again, and nobody knows that its customer was called: so an attempt is sent when the replicas know of it.
 */
export interface Replicas {
  write<Reply>(write: (store: DestinationStore) => Promise<Reply>): Promise<Written<Reply>>
  close(): void
}

/** Over a connection of its own, since WAIT blocks it. */
export function createReplicas(store: DestinationStore, wish: ReplicasWish): Replicas {
  const redis = store.redis.duplicate()
  // Whoever watches the connections says what is lost.
  redis.on('error', () => undefined)
  const ask = askTogether((connection) => waitForReplicas(connection, wish))

  async function missing(): Promise<string | undefined> {
    try {
      const replicas = await ask(redis)
      if (replicas >= wish.replicas) return undefined
      return `${replicas} of ${wish.replicas} replicas knew of it within ${formatDuration(wish.timeoutMs)}`
    } catch (error) {
      return messageOf(error)
    }
  }

  return {
    write: async (write) => {
      const before: unknown = redis.stream
      const reply = await write({ redis, ref: store.ref })
      // None before, if this is the first thing it is for.
      const socket = before ?? redis.stream
      const why = await missing()
      // Another connection may be to another server, which says so of what it has done itself.
      return { reply, missing: redis.stream === socket ? why : 'the connection was lost meanwhile' }
    },
    close: () => redis.disconnect(),
  }
}

/** It is enough that the primary knows. */
export function ofPrimary(store: DestinationStore): Pick<Replicas, 'write'> {
  return { write: async (write) => ({ reply: await write(store), missing: undefined }) }
}

/** Nothing is sent, and it is tried again. */
export function notReplicated(why: string): SalesforceAnswer {
  return {
    kind: 'failed',
    sent: false,
    code: 'not-replicated',
    message: `Nothing was sent: it must be on as many replicas as RINGBACK_WAIT_REPLICAS says, and ${why}.`,
    phase: 'preparing',
    bytesSent: 0,
    durationMs: 0,
  }
}
