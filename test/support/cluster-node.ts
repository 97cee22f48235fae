import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { findRedisServer } from '../../src/local-redis/find-redis-server.ts'
import { freePort } from '../../src/local-redis/free-port.ts'

/** A node of a Redis Cluster that holds no slot; its URL. */
export async function startClusterNode(): Promise<string> {
  const { file, env } = await findRedisServer({ say: () => undefined })
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-cluster-'))
  const port = await freePort()
  // By itself it would take one that is ten thousand higher, of which there need not be one.
  const busPort = await freePort()
  const args = [
    '--port',
    String(port),
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    String(busPort),
  ]
  const server = spawn(file, [...args, '--dir', folder, '--save', ''], { env, stdio: 'ignore' })
  onTestFinished(async () => {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
    await rm(folder, { recursive: true })
  })
  const url = `redis://127.0.0.1:${port}`
  const redis = new Redis(url, { maxRetriesPerRequest: null })
  redis.on('error', () => undefined)
  await redis.ping()
  redis.disconnect()
  return url
}
