import { Redis, type RedisOptions } from 'ioredis'

import type { HostPort } from '../config/redis-address.ts'
import { messageOf } from '../errors/errors.ts'
import { PlaceUnknown } from './directory.ts'
import { isReply } from './redis-errors.ts'
import { RefusedConnection } from './refused-connection.ts'

/** A server that is asked where others are, and says so at once or is of no use. */
const answerMs = 1_000

/** Login and TLS of such a server. */
export type InformantOptions = Pick<RedisOptions, 'username' | 'password' | 'tls'>

export interface InformantConnection {
  ask(question: (redis: Redis) => Promise<unknown>): Promise<unknown>
  close(): void
}

export function openInformant(
  { host, port }: HostPort,
  options: InformantOptions,
): InformantConnection {
  const redis = new Redis({
    ...options,
    host,
    port,
    protocol: 2,
    replyMapping: 'legacy',
    lazyConnect: true,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let reason: Error | undefined
  // A command is told that its connection is closed, and this why.
  redis.on('error', (error: Error) => (reason = error))
  return {
    ask: async (question) => {
      try {
        return await question(redis)
      } catch (error) {
        throw isReply(error) ? error : (reason ?? error)
      }
    },
    close: () => redis.disconnect(),
  }
}

/** Of several that all said nothing of use: what one of them refused tells more than that another one is away. */
export function explainSilence(who: string, errors: readonly unknown[]): Error {
  const refusal = errors.find(isReply)
  if (refusal !== undefined) return new RefusedConnection(refusal.message)
  const reasons = [...new Set(errors.map(messageOf))].join('; ')
  const cause = errors.find((error) => !isAway(error)) ?? errors[0]
  return new PlaceUnknown(`no ${who} says where the primary is: ${reasons}`, { cause })
}

function isAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
}
