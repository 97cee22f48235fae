import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'

import { startLocalRedis, type LocalRedis } from '../../src/local-redis/start-local-redis.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import type { Pause } from './pause.ts'

/** The package's own, where `npm start` and the tests have unpacked a Redis already; seen from `dist-bench/test/soak`. */
const cacheDir = fileURLToPath(new URL('../../../.cache/redis', import.meta.url))

/** Far less than it holds: every write is refused at once. */
const full = '1mb'

/** A Redis of this soak's own. Each method resolves when the fault is over. */
export interface SoakRedis {
  url: string
  killFor(ms: number): Promise<void>
  /** In good order. */
  stopFor(ms: number): Promise<void>
  freezeFor(ms: number): Promise<void>
  fillFor(ms: number): Promise<void>
  flushScripts(): Promise<void>
  stop(): Promise<void>
}

export async function startSoakRedis({
  folder,
  pause,
  say,
}: {
  folder: string
  pause: Pause
  say: (line: string) => void
}): Promise<SoakRedis> {
  const dataDir = join(folder, 'redis')
  const start = async (as: { port?: number; password?: string } = {}) => {
    const server = await startLocalRedis({ dataDir, cacheDir, say, clock: systemClock, ...as })
    await command(server, 'CONFIG', 'SET', 'appendfsync', 'no')
    return server
  }
  let server = await start()
  const { url } = server
  const { port, password } = new URL(url)
  const startAgainAfter = async (ms: number) => {
    await pause(ms)
    server = await start({ port: Number(port), password })
  }
  return {
    url,
    killFor: async (ms) => {
      await server.kill()
      await startAgainAfter(ms)
    },
    stopFor: async (ms) => {
      await server.stop()
      await startAgainAfter(ms)
    },
    freezeFor: async (ms) => {
      process.kill(server.pid, 'SIGSTOP')
      await pause(ms)
      process.kill(server.pid, 'SIGCONT')
    },
    fillFor: async (ms) => {
      await command(server, 'CONFIG', 'SET', 'maxmemory', full)
      await pause(ms)
      await command(server, 'CONFIG', 'SET', 'maxmemory', '0')
    },
    flushScripts: () => command(server, 'SCRIPT', 'FLUSH'),
    stop: () => server.stop(),
  }
}

async function command({ url }: LocalRedis, name: string, ...args: string[]): Promise<void> {
  const redis = new Redis(url)
  redis.on('error', () => undefined)
  try {
    await redis.call(name, ...args)
  } finally {
    redis.disconnect()
  }
}
