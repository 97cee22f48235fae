import type { Redis } from './connection.ts'

/** A reply, or that it was longer than is read of one. */
export type BoundedReply<Reply> = { kind: 'whole'; reply: Reply } | { kind: 'cut' }

export type BoundedRead = <Reply>(
  ask: () => Promise<Reply>,
  signal: AbortSignal,
) => Promise<BoundedReply<Reply>>

/**
 * Reads no reply that is longer than `mostBytes`: RESP tells no size beforehand, so the bytes are counted as they come, and
 * the connection is left where there are more. It is opened anew at once, unless the signal is aborted. `redis` asks for one
 * thing at a time, and is nobody else's.
 */
export function boundReplies(redis: Redis, mostBytes: number): BoundedRead {
  let received = 0
  let isCut = false
  let watched: Redis['stream'] | undefined

  function count(chunk: Buffer): void {
    received += chunk.length
    if (received <= mostBytes || isCut) return
    isCut = true
    // In this order: a connection that is only lost would be opened with the same question asked again.
    redis.disconnect()
    redis.stream.destroy()
  }

  function watch(): void {
    if (watched === redis.stream) return
    watched = redis.stream
    watched.on('data', count)
  }

  if (redis.status === 'ready') watch()
  redis.on('connect', watch)

  return async (ask, signal) => {
    received = 0
    isCut = false
    try {
      return { kind: 'whole', reply: await ask() }
    } catch (error) {
      if (!isCut) throw error
      return { kind: 'cut' }
    } finally {
      if (isCut && !signal.aborted) reopen(redis)
    }
  }
}

/** Commands wait for it; what goes wrong meanwhile is told to listeners of `error`, and tried again. */
function reopen(redis: Redis): void {
  const open = () => void redis.connect().catch(() => undefined)
  if (redis.status === 'end') open()
  else redis.once('end', open)
}
