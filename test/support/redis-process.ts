import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { findRedisServer } from '../../src/local-redis/find-redis-server.ts'
import { freePort } from '../../src/local-redis/free-port.ts'
import type { HostPort } from '../../src/shared/config/redis-address.ts'
import { clientTls, tlsFiles } from './tls/tls-fixture.ts'

/** One server of several, as a process that this test may treat as it likes. */
export interface RedisProcess extends HostPort {
  /** Where other nodes of a cluster speak to it; 0 when it is none. */
  busPort: number
  /** For whoever sets it up and looks at it. */
  admin: Redis
  kill(): Promise<void>
  /** It stops in the middle of everything: its connections stay open, and nothing is answered. */
  freeze(): void
  thaw(): void
}

/** Calls what ends a server: when the test has finished, unless several share it. */
export type OnEnd = (end: () => Promise<void>) => void

export interface ProcessOptions {
  /** Of a configuration file, after those that all have. */
  lines?: readonly string[]
  args?: readonly string[]
  /** Which it asks for. */
  password?: string | undefined
  /** It speaks TLS alone, with other servers too, and wants a certificate of whoever comes. */
  isTls?: boolean
  /** It is a node of a cluster. */
  isNode?: boolean
  onEnd?: OnEnd
}

/** A port that is free may be somebody else's a moment later. */
const tries = 5

export async function startRedisProcess(options: ProcessOptions): Promise<RedisProcess> {
  for (let left = tries; left > 0; left -= 1) {
    const server = await tryStart(options)
    if (server !== undefined) return server
  }
  throw new Error(`redis-server ended ${tries} times before it served`)
}

/** `undefined` when it has ended: another one has got its port, and would answer in its place. */
async function tryStart(options: ProcessOptions): Promise<RedisProcess | undefined> {
  const { args = [], password, isTls = false, onEnd = onTestFinished } = options
  const { file, env } = await findRedisServer({ say: () => undefined })
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-node-'))
  const port = await freePort()
  const busPort = options.isNode === true ? await freePort() : 0
  const config = join(folder, 'redis.conf')
  await writeFile(config, configOf(options, { folder, port, busPort }))
  const server = spawn(file, [config, ...args], { env, stdio: 'ignore' })
  const gone = once(server, 'exit')
  const host = '127.0.0.1'
  const admin = new Redis({
    host,
    port,
    protocol: 2,
    maxRetriesPerRequest: null,
    ...(password !== undefined && { password }),
    ...(isTls && { tls: clientTls }),
  })
  admin.on('error', () => undefined)
  const end = async () => {
    admin.disconnect()
    server.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true })
  }
  const info = await Promise.race([admin.info('server'), gone.then(() => 'nobody')])
  if (!info.includes(`process_id:${server.pid}\r\n`)) {
    await end()
    return undefined
  }
  onEnd(end)
  return {
    host,
    port,
    busPort,
    admin,
    kill: async () => {
      server.kill('SIGKILL')
      await gone
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
  }
}

interface Place {
  folder: string
  port: number
  busPort: number
}

function configOf(options: ProcessOptions, { folder, port, busPort }: Place): string {
  const { lines = [], password, isTls = false } = options
  const ports = isTls ? ['port 0', `tls-port ${port}`, ...tlsLines] : [`port ${port}`]
  const login = password === undefined ? [] : [`requirepass ${password}`]
  // By itself a node would take a port for others that is ten thousand higher, of which there need not be one.
  const node = busPort === 0 ? [] : ['cluster-enabled yes', `cluster-port ${busPort}`]
  const common = [...ports, 'bind 127.0.0.1', `dir ${folder}`, ...login, ...node]
  return [...common, ...lines, ''].join('\n')
}

/** The certificate is an authority, the server's certificate and a client's in one. */
const tlsLines = [
  `tls-cert-file ${tlsFiles.cert}`,
  `tls-key-file ${tlsFiles.key}`,
  `tls-ca-cert-file ${tlsFiles.cert}`,
  'tls-auth-clients yes',
  'tls-replication yes',
]

/** What a server that keeps callbacks is set to. */
export const keeping = [
  'appendonly yes',
  'save ""',
  'hz 100',
  'maxmemory-policy noeviction',
  'repl-diskless-sync-delay 0',
]

/** Of several that a URL names. */
export function authorities(servers: readonly HostPort[]): string {
  return servers.map(({ host, port }) => `${host}:${port}`).join(',')
}
