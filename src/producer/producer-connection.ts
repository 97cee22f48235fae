import { RingbackError } from '../shared/errors/errors.ts'
import { redisFailure, type Redis } from '../shared/redis/connection.ts'

/** A producer's one connection, made with the first use and gone with the close. */
export interface ProducerConnection {
  isClosed(): boolean
  /** Throws `producer-closed`, `redis-unavailable`, `redis-full` or `stream-exhausted`. */
  use<Result>(ask: (redis: Redis) => Promise<Result>): Promise<Result>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** `redisUrl`: for what is said of it. */
export function createProducerConnection(
  redisUrl: string,
  connect: () => Promise<Redis>,
): ProducerConnection {
  const underWay = new Set<Promise<unknown>>()
  let connecting: Promise<Redis> | undefined
  let closed = false

  /** Single flight; a connection that could not be made is not remembered, so the next call tries again. */
  async function connection(): Promise<Redis> {
    connecting ??= connect()
    try {
      return await connecting
    } catch (error) {
      connecting = undefined
      throw error
    }
  }

  async function askRedis<Result>(ask: (redis: Redis) => Promise<Result>): Promise<Result> {
    const redis = await connection()
    try {
      return await ask(redis)
    } catch (error) {
      throw redisFailure(redisUrl, error)
    }
  }

  return {
    isClosed: () => closed,
    use: async (ask) => {
      if (closed) throw producerClosed()
      const asked = askRedis(ask)
      underWay.add(asked)
      try {
        return await asked
      } finally {
        underWay.delete(asked)
      }
    },
    close: async () => {
      closed = true
      await Promise.allSettled(underWay)
      const redis = await connecting?.catch(() => undefined)
      connecting = undefined
      redis?.disconnect()
    },
  }
}

export function producerClosed(): RingbackError {
  return new RingbackError(
    'producer-closed',
    'This producer was closed: nothing is accepted any more. Close it last, or create another one.',
  )
}
