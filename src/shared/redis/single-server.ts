import { connect, type Socket } from 'node:net'
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls'

import { AbstractConnector, type RedisOptions } from 'ioredis'

import { refusals } from './redis-errors.ts'
import { RefusedConnection } from './refused-connection.ts'

/** ioredis passes it what is wrong while it connects. */
type ErrorEmitter = Parameters<AbstractConnector['connect']>[0]

/**
 * Opens the connections to one server, as ioredis' own connector does, which has no place for two things: how long each of
 * a host's addresses may take, and what the server has to be.
 */
class ServerConnector extends AbstractConnector {
  readonly #options: RedisOptions
  protected tell: ErrorEmitter | undefined

  constructor(options: RedisOptions) {
    super(options.disconnectTimeout ?? 2_000)
    this.#options = options
  }

  override connect(tell: ErrorEmitter): Promise<Socket> {
    this.tell = tell
    this.connecting = true
    const stream = open(this.#options)
    stream.once('error', (error) => (this.firstError = error))
    this.stream = stream
    return Promise.resolve(stream)
  }
}

/**
 * Takes none but a primary. Without this a worker that is sent to a replica, for the length of a failover or for good,
 * would open its connections anew with every write, many times a second; so it waits longer from time to time.
 */
class PrimaryConnector extends ServerConnector {
  /** Of the reply to INFO, which a server may keep from us: what it then is shows with the first write. */
  override check({ role }: { role?: string }): boolean {
    if (role !== 'slave') return true
    this.tell?.('error', new RefusedConnection(refusals.replica))
    return false
  }
}

export function toAnyServer(options: RedisOptions): new () => AbstractConnector {
  return class extends ServerConnector {
    constructor() {
      super(options)
    }
  }
}

export function toPrimary(options: RedisOptions): new () => AbstractConnector {
  return class extends PrimaryConnector {
    constructor() {
      super(options)
    }
  }
}

function open(options: RedisOptions): Socket {
  const { host, port, path, family, tls, connectTimeout = 10_000 } = options
  if (path) return connect({ path })
  const address = {
    host: host ?? 'localhost',
    port: port ?? 6379,
    family: family ?? 0,
    // Node's 250 ms are too short for a long way. The other half is left for the other address family.
    autoSelectFamilyAttemptTimeout: connectTimeout / 2,
  }
  return tls
    ? connectSecurely(Object.assign(address, tls) satisfies ConnectionOptions)
    : connect(address)
}
