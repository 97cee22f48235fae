import type { Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import type { StoreConfig } from '../../../shared/config/config.ts'
import { nearestName } from '../../../shared/config/nearest-name.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import { connectFailingFast, redisFailure, type Redis } from '../../../shared/redis/connection.ts'
import type { Place } from '../../../shared/redis/keys.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import type { CliContext } from '../cli-context.ts'

/** The Redis of a command, and the destination in it that the command is about. */
export interface Store {
  config: StoreConfig
  place: Place
}

export interface CommonOptions {
  destination?: string
  json?: true
}

export function withCommonOptions(command: Command): Command {
  return command
    .option(
      '--destination <name>',
      'which contact center (default: the only one that is configured, else "default")',
    )
    .option('--json', 'print JSON for programs')
}

/** The configuration and the destination that was asked for. Throws `unknown-destination` where there is none. */
export function openStore({ env }: CliContext, { destination }: CommonOptions): Store {
  const config = loadStoreConfig(env)
  const name = destination ?? usualDestination(config.destinations)
  if (!config.destinations.includes(name)) throw unknownDestination(name, config.destinations)
  return { config, place: { namespace: config.namespace, destination: name } }
}

export function usualDestination(configured: readonly string[]): string {
  const [only, ...others] = configured
  return only !== undefined && others.length === 0 ? only : 'default'
}

export function unknownDestination(name: string, configured: readonly string[]): RingbackError {
  const nearest = nearestName(name, configured)
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`
  return new RingbackError(
    'unknown-destination',
    `--destination: no destination ${JSON.stringify(maskNumbersIn(name))} is configured.${meant} Configured: ${configured.join(', ')}.`,
  )
}

/** A connection for the time of one question. Whatever goes wrong with it is `redis-unavailable`, `redis-full` or `stream-exhausted`, within seconds. */
export async function withRedis<Result>(
  { redisUrl }: StoreConfig,
  use: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = await connectFailingFast(redisUrl)
  try {
    return await use(redis)
  } catch (error) {
    throw redisFailure(redisUrl, error)
  } finally {
    redis.disconnect()
  }
}
