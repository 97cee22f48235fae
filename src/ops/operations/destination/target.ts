import type { StoreConfig } from '../../../shared/config/config.ts'
import { nearestName } from '../../../shared/config/nearest-name.ts'
import { partitionIn } from '../../../shared/contract/partition.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { connectFailingFast, redisFailure, type Redis } from '../../../shared/redis/connection.ts'
import { openStore, type DestinationStore } from '../../../shared/redis/destination-store.ts'
import type { DestinationRef } from '../../../shared/redis/keys.ts'
import { commandFor } from '../../text/command-for.ts'

/** The destination that an operation is about, and how its Redis is reached. */
export interface Target {
  config: StoreConfig
  ref: DestinationRef
}

/** The destination that was asked for, else the usual one. Throws `unknown-destination` if it is not configured. */
export function targetOf(config: StoreConfig, destination: string | undefined): Target {
  const { namespace, destinations } = config
  const name = destination ?? defaultDestination(destinations)
  if (!destinations.includes(name)) throw unknownDestination(destination, destinations)
  return { config, ref: { namespace, destination: name } }
}

export function defaultDestination(configured: readonly string[]): string {
  const [only, ...others] = configured
  return only !== undefined && others.length === 0 ? only : 'default'
}

/** `name`: undefined where none was given. */
export function unknownDestination(
  name: string | undefined,
  configured: readonly string[],
): RingbackError {
  if (name === undefined) {
    const message = `Several destinations are configured, and none was named: say which, as in ${commandFor('…', configured[0])}. Configured: ${configured.join(', ')}.`
    return new RingbackError('unknown-destination', message)
  }
  const nearest = nearestName(name, configured)
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  return new RingbackError(
    'unknown-destination',
    `--destination: no destination ${JSON.stringify(maskNumbersIn(name))} is configured.${meant} Configured: ${configured.join(', ')}.`,
  )
}

/** How long what somebody has decided about is kept. */
export function retentionMsOf({ config, ref }: Target): number {
  const { destination } = partitionIn(ref.destination)
  return config.retentionMs[destination] ?? config.defaultRetentionMs
}

/** A connection for the time of one question. Whatever goes wrong with it is `redis-unavailable`, `redis-full` or `stream-exhausted`, within seconds. */
export async function withRedis<Result>(
  { redisUrl, redisSecurity }: StoreConfig,
  use: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = await connectFailingFast(redisUrl, redisSecurity)
  try {
    return await use(redis)
  } catch (error) {
    throw redisFailure(redisUrl, error)
  } finally {
    redis.disconnect()
  }
}

/** The same for a question about its destination. */
export function withStore<Result>(
  { config, ref }: Target,
  use: (store: DestinationStore) => Promise<Result>,
): Promise<Result> {
  return withRedis(config, (redis) => use(openStore(redis, ref)))
}

/** The same for answers that come one after another: the connection lasts until the last of them, or until nobody wants more. */
export async function* streamFromRedis<Item>(
  { redisUrl, redisSecurity }: StoreConfig,
  use: (redis: Redis) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const redis = await connectFailingFast(redisUrl, redisSecurity)
  try {
    yield* use(redis)
  } catch (error) {
    throw redisFailure(redisUrl, error)
  } finally {
    redis.disconnect()
  }
}

export function streamFromStore<Item>(
  { config, ref }: Target,
  use: (store: DestinationStore) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  return streamFromRedis(config, (redis) => use(openStore(redis, ref)))
}
