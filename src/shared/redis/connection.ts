import type { ConnectionOptions } from 'node:tls'

import { Redis, type RedisOptions } from 'ioredis'

import { systemClock } from '../time/clock.ts'
import { formatDuration } from '../time/duration.ts'
import { redisFailure } from './redis-failure.ts'
import { RefusedConnection } from './refused-connection.ts'
import { FailingFastConnection, PatientConnection } from './server-connection.ts'

export type { Redis }
export { redisFailure } from './redis-failure.ts'

/** Of a `rediss://` server: who may have signed its certificate, and the one that we show it. */
export type TlsFiles = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>

/** How long a producer or a command waits for Redis before it says that there is none. */
const failFastMs = 2_000

/** A producer is usable again this soon after Redis is. */
const maxReconnectDelayMs = 500

/** Longer than any blocking read of ours or BullMQ's (10 s), so that only a connection that is dead runs into it. */
const silentSocketMs = 30_000

const common = {
  // RESP2: about 15 % faster for BullMQ on Node 20 than ioredis 6's default RESP3.
  protocol: 2,
  enableReadyCheck: true,
  // A server that loads its data says how long that may take; it is asked again sooner, as it may be the wrong one.
  maxLoadingRetryTime: 1_000,
  connectTimeout: failFastMs,
  lazyConnect: true,
  // Ignored when it fails, it would swallow what a server says that has too many clients.
  disableClientInfo: true,
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
  retryStrategy: (times: number) => Math.min(50 * times, maxReconnectDelayMs),
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

/** The worker's connection: commands wait until there is a primary. `onError` hears of every lost connection. */
export function connectPatiently(
  url: string,
  onError: (error: Error) => void,
  tls?: TlsFiles,
): Redis {
  return waitFor(
    new PatientConnection({ ...serverOf(url, tls), ...patient }, 'writing', systemClock),
    onError,
  )
}

/** The same for whoever only reads, from a replica too. */
export function connectPatientlyToRead(
  url: string,
  onError: (error: Error) => void,
  tls?: TlsFiles,
): Redis {
  return waitFor(
    new PatientConnection({ ...serverOf(url, tls), ...patient }, 'reading', systemClock),
    onError,
  )
}

function waitFor(redis: PatientConnection, onError: (error: Error) => void): Redis {
  redis.on('error', onError)
  return redis
}

/** A producer's or a command's connection. Throws `redis-unavailable` within two seconds instead of waiting. */
export async function connectFailingFast(url: string, tls?: TlsFiles): Promise<Redis> {
  const redis = new FailingFastConnection({ ...serverOf(url, tls), ...failFast }, systemClock)
  let reason: Error | undefined
  // `connect` rejects with "Connection is closed."; why it was closed is only told to listeners of `error`.
  redis.on('error', (error: Error) => (reason = error))
  const connected = new AbortController()
  try {
    await Promise.race([redis.connect(), tooLate(redis, connected.signal)])
    return redis
  } catch (error) {
    redis.disconnect()
    throw redisFailure(url, reason ?? error)
  } finally {
    connected.abort()
  }
}

/** ioredis' own reading of a URL: nothing is connected. */
function serverOf(url: string, tls: TlsFiles | undefined): RedisOptions {
  const options = new Redis(url, { lazyConnect: true }).options
  return tls === undefined ? options : { ...options, tls: { ...tls } }
}

/** ioredis bounds each step of connecting by itself: a server that takes connections and is silent costs six seconds. */
async function tooLate(redis: FailingFastConnection, signal: AbortSignal): Promise<never> {
  await systemClock.sleep(failFastMs, signal)
  const reason = redis.notReadyBecause()
  if (reason !== undefined) throw new RefusedConnection(reason)
  throw new Error(`it was not ready within ${formatDuration(failFastMs)}`)
}
