import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { findRedisServer } from '../../src/local-redis/find-redis-server.ts'
import { freePort } from '../../src/local-redis/free-port.ts'

const fileOf = (name: string) => fileURLToPath(new URL(`tls/${name}`, import.meta.url))

/** Self-signed, so it is an authority, the server's certificate and a client's in one. */
export const tlsFiles = {
  cert: fileOf('localhost-test-only.cert.pem'),
  key: fileOf('localhost-test-only.key.pem'),
}

/** A real Redis that speaks TLS alone, and asks whoever comes for a certificate; its URL. */
export async function startTlsRedis(): Promise<string> {
  const { file, env } = await findRedisServer({ say: () => undefined })
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-tls-'))
  const port = await freePort()
  const { cert, key } = tlsFiles
  const server = spawn(
    file,
    [
      ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'yes'],
      ...['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert],
      ...['--dir', folder, '--save', ''],
    ],
    { env, stdio: 'ignore' },
  )
  onTestFinished(async () => {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true })
  })
  const url = `rediss://127.0.0.1:${port}`
  const [certText, keyText] = await Promise.all([readFile(cert), readFile(key)])
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    tls: { ca: certText, cert: certText, key: keyText },
  })
  redis.on('error', () => undefined)
  await redis.ping()
  redis.disconnect()
  return url
}
