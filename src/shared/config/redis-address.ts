import { read, unreadable, type Reading } from './reading.ts'

/** Where a server listens. */
export interface HostPort {
  host: string
  port: number
}

/** Several servers, of which somebody has to be asked where to go. */
export interface RedisNodes {
  kind: 'sentinel' | 'cluster'
  /** Of the Sentinels, or of some nodes of the cluster: those that are asked first. */
  hosts: readonly HostPort[]
  /** By which the Sentinels know the primary. Of a cluster, an empty text. */
  name: string
  database: number
  isTls: boolean
  username: string
  password: string
}

/** One server is addressed by a URL that ioredis reads itself. */
export type RedisAddress = { kind: 'single' } | RedisNodes

/** Whether the servers of a URL are to be spoken to by TLS. */
export function isForTls(url: string): boolean {
  return /^rediss[+:]/i.test(url)
}

/** What of a URL may be shown: a URL may carry a password. */
export function placeOf(url: string): string {
  const address = parseRedisAddress(url)
  if (address.kind === 'ok' && address.value.kind !== 'single') {
    const { kind, hosts, name } = address.value
    const authorities = hosts.map(({ host, port }) => `${host}:${port}`).join(',')
    return kind === 'sentinel' ? `${name} of the Sentinels ${authorities}` : authorities
  }
  return URL.canParse(url) ? new URL(url).host || 'a socket' : 'an unreadable address'
}

const defaultPorts = { sentinel: 26_379, cluster: 6_379 } as const

const parts = /^rediss?\+(sentinel|cluster):\/\/([^/]*)(?:\/(.*))?$/i

/** Which servers a URL is about. */
export function parseRedisAddress(text: string): Reading<RedisAddress> {
  if (/^rediss?:\/\//i.test(text)) return read({ kind: 'single' })
  const [, kind, authority = '', path = ''] = parts.exec(text) ?? []
  if (kind === undefined) {
    return unreadable(
      'does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS',
    )
  }
  if (text.includes('?') || text.includes('#')) return unreadable('has a query or a fragment')
  const which = kind.toLowerCase() === 'sentinel' ? 'sentinel' : 'cluster'
  const at = authority.lastIndexOf('@')
  const login = authority.slice(0, Math.max(0, at))
  return readNodes({ which, isTls: isForTls(text), login, hosts: authority.slice(at + 1), path })
}

interface Parts {
  which: RedisNodes['kind']
  isTls: boolean
  login: string
  hosts: string
  path: string
}

function readNodes({ which, isTls, login, hosts, path }: Parts): Reading<RedisAddress> {
  const user = loginIn(login)
  if (user === undefined) {
    return unreadable('has a % in its user name or password that is not written as %25')
  }
  const found = hosts.split(',').map((each) => hostIn(each, defaultPorts[which]))
  const known = found.filter((each) => each !== undefined)
  if (known.length < found.length) return unreadable('has a host that is not host or host:port')
  const place = which === 'sentinel' ? sentinelPath.exec(path) : clusterPath.exec(path)
  if (place === null) {
    return which === 'sentinel'
      ? unreadable(
          'does not end with /NAME or /NAME/database, the name being the one that Sentinel knows',
        )
      : unreadable('has a path: a cluster has no databases')
  }
  const { name = '', database = '0' } = place.groups ?? {}
  return read({ kind: which, hosts: known, name, database: Number(database), isTls, ...user })
}

/** The characters that Sentinel takes for a name. */
const sentinelPath = /^(?<name>[\w.-]+)(?:\/(?<database>\d+))?$/
const clusterPath = /^(?:0)?$/

const hostAndPort = /^(?<host>\[[\da-f:.]+\]|[^\s:@[\]]+)(?::(?<port>\d{1,5}))?$/i

function hostIn(text: string, defaultPort: number): HostPort | undefined {
  const { host, port } = hostAndPort.exec(text)?.groups ?? {}
  if (host === undefined) return undefined
  const number = port === undefined ? defaultPort : Number(port)
  return number < 1 || number > 65_535
    ? undefined
    : { host: host.replace(/^\[|\]$/g, ''), port: number }
}

function loginIn(text: string): { username: string; password: string } | undefined {
  const colon = text.indexOf(':')
  try {
    return colon < 0
      ? { username: decodeURIComponent(text), password: '' }
      : {
          username: decodeURIComponent(text.slice(0, colon)),
          password: decodeURIComponent(text.slice(colon + 1)),
        }
  } catch {
    return undefined
  }
}
