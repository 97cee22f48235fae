import { connect, type Socket } from 'node:net'
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls'

import { AbstractConnector, type RedisOptions } from 'ioredis'

import type { HostPort } from '../config/redis-address.ts'
import type { Place } from './directory.ts'
import { refusals } from './redis-errors.ts'
import { RefusedConnection } from './refused-connection.ts'

/** ioredis passes it what is wrong while it connects. */
type ErrorEmitter = Parameters<AbstractConnector['connect']>[0]

/**
 * Opens the connections to one server, as ioredis' own connector does, which has no place for two things: how long each of
 * a host's addresses may take, and what the server has to be. Where it has a place, that says which server it is.
 */
class ServerConnector extends AbstractConnector {
  readonly #options: RedisOptions
  readonly #place: Place | undefined
  protected tell: ErrorEmitter | undefined

  constructor(options: RedisOptions, place: Place | undefined) {
    super(options.disconnectTimeout ?? 2_000)
    this.#options = options
    this.#place = place
  }

  override connect(tell: ErrorEmitter): Promise<Socket> {
    this.tell = tell
    this.connecting = true
    const place = this.#place
    return place === undefined ? Promise.resolve(this.#open()) : this.#openAt(place, tell)
  }

  /** ioredis gives a connection up for good when this rejects: so it does only where nobody wants it any more. */
  async #openAt(place: Place, tell: ErrorEmitter): Promise<Socket> {
    const address = await place.find({
      isWanted: () => this.connecting,
      onFailure: (error) => tell('error', error),
    })
    const stream = this.#open(address)
    place.keep(address, stream)
    return stream
  }

  #open(address?: HostPort): Socket {
    const stream = open({ ...this.#options, ...address })
    stream.once('error', (error) => (this.firstError = error))
    this.stream = stream
    return stream
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

export function toAnyServer(options: RedisOptions, place?: Place): new () => AbstractConnector {
  return class extends ServerConnector {
    constructor() {
      super(options, place)
    }
  }
}

export function toPrimary(options: RedisOptions, place?: Place): new () => AbstractConnector {
  return class extends PrimaryConnector {
    constructor() {
      super(options, place)
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
