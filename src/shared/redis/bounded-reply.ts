import type { Redis } from './connection.ts'

/** A reply, or that it was longer than is read of one. */
export type BoundedReply<Reply> = { kind: 'whole'; reply: Reply } | { kind: 'cut' }

export interface ReplyBound {
  mostBytes: number
  /** Aborted: a connection that was left is not opened again. */
  signal: AbortSignal
}

/**
 * Reads no more of a reply than `mostBytes`: RESP tells no size beforehand, so the bytes are counted as they come, and the
 * connection is left where there are more; it is opened anew at once. `redis` has nothing else to do meanwhile.
 */
export async function readBounded<Reply>(
  redis: Redis,
  { mostBytes, signal }: ReplyBound,
  ask: () => Promise<Reply>,
): Promise<BoundedReply<Reply>> {
  const seen = { bytes: 0, isCut: false }

  function count(chunk: Buffer): void {
    seen.bytes += chunk.length
    if (seen.bytes <= mostBytes || seen.isCut) return
    seen.isCut = true
    // A connection that is merely lost is opened again by ioredis, which asks the same once more.
    redis.disconnect()
    redis.stream.destroy()
  }

  // There is none before the first connection.
  const watched = () =>
    redis.status === 'ready' || redis.status === 'connect' ? [redis.stream] : []
  const watch = () => watched().forEach((stream) => stream.off('data', count).on('data', count))
  watch()
  redis.on('connect', watch)
  try {
    return { kind: 'whole', reply: await ask() }
  } catch (error) {
    if (!seen.isCut) throw error
    return { kind: 'cut' }
  } finally {
    redis.off('connect', watch)
    watched().forEach((stream) => stream.off('data', count))
    if (seen.isCut && !signal.aborted) reopen(redis)
  }
}

/** Commands wait for it; what goes wrong meanwhile is told to listeners of `error`, and tried again. */
function reopen(redis: Redis): void {
  const open = () => void redis.connect().catch(() => undefined)
  if (redis.status === 'end') open()
  else redis.once('end', open)
}
