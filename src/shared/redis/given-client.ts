import { Redis, type Cluster, type RedisOptions } from 'ioredis'

import type { HostPort } from '../config/redis-address.ts'
import type { Clock } from '../time/clock.ts'
import { askCluster } from './ask-cluster.ts'
import { askSentinels } from './ask-sentinels.ts'
import { createDirectory } from './directory.ts'
import type { Topology } from './topology.ts'

type SentCommand = Parameters<Redis['sendCommand']>[0]
type Stream = Parameters<Redis['sendCommand']>[1]

/** A client of ioredis that a program has made for itself. */
export type GivenClient = Redis | Cluster

/** As far as can be told of what a program without types hands in. */
export function isGivenClient(value: unknown): value is GivenClient {
  return (
    typeof value === 'object' &&
    value !== null &&
    'isCluster' in value &&
    'sendCommand' in value &&
    typeof value.sendCommand === 'function'
  )
}

/** True where it makes of replies what nobody here expects. */
export function mapsReplies({ options }: GivenClient): boolean {
  const own = 'redisOptions' in options ? options.redisOptions : options
  return own !== undefined && 'replyMapping' in own && own.replyMapping === 'resp3'
}

/** How long it may take over a command: a client of somebody else's may wait for Redis for ever. */
const answerMs = 2_000

/**
 * Sends over a client that is somebody else's: single or cluster, whatever it does about lost connections. It is not closed with this,
 * and its errors lose what was sent, which holds customers' numbers.
 */
export class GivenConnection extends Redis {
  private readonly theirs: GivenClient

  constructor(client: GivenClient) {
    // It connects nothing itself.
    super({ lazyConnect: true })
    this.theirs = client
  }

  override sendCommand(command: SentCommand, stream?: Stream): unknown {
    command.setTimeout(answerMs)
    command.promise.catch((error: unknown) => {
      if (error instanceof Error && 'command' in error) delete error.command
    })
    // eslint-disable-next-line ringback/commands-in-store, ringback/side-effects-are-steps -- hands on what others do
    return this.theirs.sendCommand(command, stream)
  }

  override disconnect(): void {
    this.status = 'end'
  }
}

/** For what is said of it. */
export function placeOfClient(client: GivenClient): string {
  if ('nodes' in client) return 'redis://the-given-cluster'
  const { host = 'localhost', port = 6_379 } = client.options
  return `redis://${host}:${port}`
}

/** Where it is connected to, for a connection of our own. */
export async function topologyOfClient(client: GivenClient, clock: Clock): Promise<Topology> {
  if ('nodes' in client) return ofCluster(client, clock)
  const { sentinels, name, host, port, path, family, db } = client.options
  const server = { ...loginOf(serverOptionsOf(client)), ...(db !== undefined && { db }) }
  if (!sentinels || name === undefined) {
    const socket = path === undefined ? { ...hostOf({ host, port }, 6_379) } : { path }
    return { kind: 'single', server: { ...server, ...socket, ...(family && { family }) } }
  }
  const hosts = sentinels.map((each) => hostOf(each, 26_379))
  const { sentinelTLS: tls, sentinelUsername, sentinelPassword } = client.options
  const login = {
    ...(tls && { tls }),
    ...(sentinelUsername && { username: sentinelUsername }),
    ...(sentinelPassword && { password: sentinelPassword }),
  }
  const informant = askSentinels({ hosts, name }, login)
  return { kind: 'sentinel', server, directory: createDirectory(informant, clock) }
}

/** Behind Sentinels ioredis speaks TLS with servers only where it is told so once more. */
function serverOptionsOf({ options }: Redis): RedisOptions {
  const { sentinels, enableTLSForSentinelMode } = options
  return sentinels && !enableTLSForSentinelMode ? { ...options, tls: undefined } : options
}

async function ofCluster(cluster: Cluster, clock: Clock): Promise<Topology> {
  // It knows its nodes when it has connected to one.
  if (cluster.nodes().length === 0) await cluster.ping()
  const nodes = cluster.nodes().map(({ options }) => options)
  const login = loginOf(nodes[0] ?? {})
  const informant = askCluster(
    nodes.map((each) => hostOf(each, 6_379)),
    login,
  )
  return { kind: 'cluster', server: login, directory: createDirectory(informant, clock) }
}

function loginOf({ username, password, tls }: RedisOptions) {
  return {
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
  }
}

interface MaybeHost {
  host?: string | undefined
  port?: number | undefined
}

function hostOf({ host, port }: MaybeHost, defaultPort: number): HostPort {
  return { host: host ?? 'localhost', port: port ?? defaultPort }
}
