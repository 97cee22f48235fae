import { Redis, type RedisOptions } from 'ioredis'

import { messageOf, RingbackError } from '../errors/errors.ts'
import { systemClock } from '../time/clock.ts'
import { formatDuration } from '../time/duration.ts'

export type { Redis }

/** How long a producer or a command waits for Redis before it says that there is none. */
const failFastMs = 2_000

/** A producer is usable again this soon after Redis is. */
const longestReconnectMs = 500

/** Longer than any blocking read of ours or BullMQ's (10 s), so that only a connection that is dead runs into it. */
const silentSocketMs = 30_000

const common = {
  // RESP2: about 15 % faster for BullMQ on Node 20 than ioredis 6's default RESP3.
  protocol: 2,
  enableReadyCheck: true,
  connectTimeout: failFastMs,
  lazyConnect: true,
} as const satisfies RedisOptions

/**
 * For producers and commands: says within two seconds that Redis is away, and never queues or repeats a command behind
 * the caller's back. The caller's own repetition is safe, because the same id is never accepted twice.
 */
const failFast = {
  ...common,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times: number) => Math.min(50 * times, longestReconnectMs),
  commandTimeout: failFastMs,
} as const satisfies RedisOptions

/**
 * For the worker: waits through an outage of any length. `socketTimeout` is what notices a connection that died without
 * a word; without it a worker never recovers from a firewall that forgot it.
 */
const patient = {
  ...common,
  lazyConnect: false,
  maxRetriesPerRequest: null,
  socketTimeout: silentSocketMs,
} as const satisfies RedisOptions

/** The worker's connection: commands wait until Redis is back. `onError` hears of every lost connection. */
export function connectPatiently(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, patient)
  redis.on('error', onError)
  return redis
}

/** A producer's or a command's connection. Throws `redis-unavailable` within two seconds instead of waiting. */
export async function connectFailingFast(url: string): Promise<Redis> {
  const redis = new Redis(url, failFast)
  let reason: Error | undefined
  // `connect` rejects with "Connection is closed."; why it was closed is only told to listeners of `error`.
  redis.on('error', (error: Error) => (reason = error))
  const connected = new AbortController()
  try {
    await Promise.race([redis.connect(), tooLate(connected.signal)])
    return redis
  } catch (error) {
    redis.disconnect()
    throw unavailable(url, reason ?? error)
  } finally {
    connected.abort()
  }
}

/** ioredis bounds each step of connecting by itself: a server that takes connections and is silent costs six seconds. */
async function tooLate(signal: AbortSignal): Promise<never> {
  await systemClock.sleep(failFastMs, signal)
  throw new Error(`it was not ready within ${formatDuration(failFastMs)}`)
}

/** Redis' words for having no room, wherever in a message they stand: a script's error wraps them. */
const noRoom = /\b(OOM|MISCONF)\b/

/** What a failure of a command on a fail-fast connection means to the caller: there is no Redis, or no room in it. */
export function redisFailure(url: string, error: unknown): RingbackError {
  return noRoom.test(messageOf(error)) ? full(url, error) : unavailable(url, error)
}

function full(url: string, error: unknown): RingbackError {
  return new RingbackError(
    'redis-full',
    `Redis at ${placeOf(url)} has no room left and accepts nothing: ${reasonOf(error)}. Raise its maxmemory or make ` +
      'room on its disk, then submit again.',
    { cause: error },
  )
}

function unavailable(url: string, error: unknown): RingbackError {
  return new RingbackError(
    'redis-unavailable',
    `Redis at ${placeOf(url)} did not answer: ${reasonOf(error)}. Check the server and RINGBACK_REDIS_URL, then ` +
      'try again: the same id is accepted once.',
    { cause: error },
  )
}

/** A command that was lost with its connection is told by ioredis in terms of its own options. */
function reasonOf(error: unknown): string {
  return error instanceof Error && error.name === 'MaxRetriesPerRequestError'
    ? 'the connection was lost'
    : messageOf(error).replace(/\.$/, '')
}

/** Host and port of a Redis URL: what may be shown. A URL may carry a password. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'a socket' : 'an unreadable address'
}

/** Deletes every key of a namespace: for demos and trials, which leave nothing behind. */
export async function deleteNamespace(url: string, namespace: string): Promise<void> {
  const redis = await connectFailingFast(url)
  try {
    for await (const keys of redis.scanStream({ match: `{${namespace}:*}:*`, count: 1_000 })) {
      // eslint-disable-next-line ringback/side-effects-are-steps -- no callback survives it that could come to harm
      if ((keys as string[]).length > 0) await redis.unlink(keys as string[])
    }
  } finally {
    redis.disconnect()
  }
}
