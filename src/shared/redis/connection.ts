import type { Redis, RedisOptions } from 'ioredis'

import type { RedisSecurity } from '../config/redis-security.ts'
import { systemClock } from '../time/clock.ts'
import { formatDuration } from '../time/duration.ts'
import {
  GivenConnection,
  placeOfClient,
  topologyOfClient,
  type GivenClient,
} from './given-client.ts'
import type { RedisAccess } from './redis-access.ts'
import { redisFailure } from './redis-failure.ts'
import { RefusedConnection } from './refused-connection.ts'
import {
  FailingFastConnection,
  PatientConnection,
  queueUntilConnected,
} from './server-connection.ts'
import { openTopology, topologyOf, type Topology } from './topology.ts'

export type { Redis }
export { redisFailure } from './redis-failure.ts'

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
  security?: RedisSecurity,
): Redis {
  return waitFor(openPatiently(topologyOf(url, security, systemClock), 'writing'), onError)
}

/** The same for whoever has to know of each connection that comes of it. */
export function connectWatched(
  url: string,
  opened: (connection: Redis) => void,
  security?: RedisSecurity,
): Redis {
  return openPatiently(topologyOf(url, security, systemClock), 'writing', opened)
}

/** The same for whoever only reads, from a replica too. */
export function connectPatientlyToRead(
  url: string,
  onError: (error: Error) => void,
  security?: RedisSecurity,
): Redis {
  return waitFor(openPatiently(topologyOf(url, security, systemClock), 'reading'), onError)
}

function openPatiently(
  topology: Topology,
  isFor: 'writing' | 'reading',
  opened?: (connection: Redis) => void,
): Redis {
  return openTopology(topology, (server, place) => {
    const options = { ...server, ...patient, ...(place && { retryStrategy: soon }) }
    return new PatientConnection(options, { isFor, place, opened, clock: systemClock })
  })
}

function waitFor(redis: Redis, onError: (error: Error) => void): Redis {
  redis.on('error', onError)
  return redis
}

/** Another server than the one that is away may be there in a moment. */
const soon = (times: number) => Math.min(50 * times, maxReconnectDelayMs)

/** A producer's or a command's connection. Throws `redis-unavailable` within two seconds instead of waiting. */
export function connectFailingFast(url: string, security?: RedisSecurity): Promise<Redis> {
  return connectOrFail(topologyOf(url, security, systemClock), url)
}

async function connectOrFail(topology: Topology, url: string): Promise<Redis> {
  const redis = openFailingFast(topology)
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

function openFailingFast(topology: Topology): Redis {
  return openTopology(topology, (server, place) => {
    const redis = new FailingFastConnection(
      { ...server, ...failFast },
      { place, clock: systemClock },
    )
    if (place !== undefined) queueUntilConnected(redis)
    return redis
  })
}

/** ioredis bounds each step of connecting by itself: a server that takes connections and is silent costs six seconds. */
async function tooLate(redis: Redis, signal: AbortSignal): Promise<never> {
  await systemClock.sleep(failFastMs, signal)
  const reason = redis instanceof FailingFastConnection ? redis.notReadyBecause() : undefined
  if (reason !== undefined) throw new RefusedConnection(reason)
  throw new Error(`it was not ready within ${formatDuration(failFastMs)}`)
}

/** How whoever has a client of their own comes to connections: over that, and beside it to where that leads. */
export function accessByClient(client: GivenClient): RedisAccess {
  const url = placeOfClient(client)
  return {
    url,
    connect: () => Promise.resolve(new GivenConnection(client)),
    connectAlone: async () => connectOrFail(await topologyOfClient(client, systemClock), url),
    connectPatiently: async () => {
      const topology = await topologyOfClient(client, systemClock)
      return waitFor(openPatiently(topology, 'writing'), () => undefined)
    },
  }
}

export function accessByUrl(url: string, security: RedisSecurity | undefined): RedisAccess {
  const connect = () => connectFailingFast(url, security)
  return {
    url,
    connect,
    connectAlone: connect,
    connectPatiently: () => Promise.resolve(connectPatiently(url, () => undefined, security)),
  }
}
