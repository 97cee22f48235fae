import type { ConnectionOptions } from 'node:tls'

import { Redis, type RedisOptions } from 'ioredis'

import type { RedisSecurity } from '../config/redis-security.ts'
import { parseRedisAddress, type RedisNodes } from '../config/redis-address.ts'
import type { Clock } from '../time/clock.ts'
import { askCluster } from './ask-cluster.ts'
import { askSentinels } from './ask-sentinels.ts'
import { ClusterConnection } from './cluster-connection.ts'
import { createDirectory, type Directory, type Place } from './directory.ts'

/** Of a server that speaks TLS: who may have signed its certificate, and the one that we show it. */
type TlsFiles = Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>

/** What there is behind an address. */
export type Topology =
  | { kind: 'single'; server: RedisOptions }
  /** Wherever its primary is. */
  | { kind: 'sentinel'; server: RedisOptions; directory: Directory }
  | { kind: 'cluster'; server: RedisOptions; directory: Directory }

/** Nothing is connected yet. */
export function topologyOf(
  url: string,
  { tls, sentinel }: RedisSecurity = {},
  clock: Clock,
): Topology {
  const address = parseRedisAddress(url)
  if (address.kind === 'problem' || address.value.kind === 'single') {
    return { kind: 'single', server: serverOf(url, tls) }
  }
  const nodes = address.value
  const { kind, hosts, name } = nodes
  const login = loginOf(nodes, tls)
  const informant =
    kind === 'cluster'
      ? askCluster(hosts, login)
      : askSentinels({ hosts, name }, { ...sentinel, ...(login.tls && { tls: login.tls }) })
  const directory = createDirectory(informant, clock)
  return { kind, server: { ...login, db: nodes.database }, directory }
}

/** One connection where there is one primary; in a cluster each of its nodes is opened when it is needed. */
export function openTopology(
  topology: Topology,
  open: (server: RedisOptions, place?: Place) => Redis,
): Redis {
  const { server } = topology
  switch (topology.kind) {
    case 'single':
      return open(server)
    case 'sentinel':
      return open(server, topology.directory.placeOf(0))
    case 'cluster':
      return new ClusterConnection(topology.directory, (place) => open(server, place))
  }
}

/** ioredis' own reading of a URL: nothing is connected. */
function serverOf(url: string, tls: TlsFiles | undefined): RedisOptions {
  const options = new Redis(url, { lazyConnect: true }).options
  return tls === undefined ? options : { ...options, tls: { ...tls } }
}

function loginOf({ username, password, isTls }: RedisNodes, tls: TlsFiles | undefined) {
  return {
    ...(username !== '' && { username }),
    ...(password !== '' && { password }),
    ...(isTls && { tls: { ...tls } }),
  }
}
