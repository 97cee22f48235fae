import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'

import { startLocalRedis } from '../src/local-redis/start-local-redis.ts'
import { createKeyPair } from '../src/sandbox/key-pair.ts'
import { systemClock } from '../src/shared/time/clock.ts'
import {
  startImplementation,
  startSink,
  type ImplementationName,
  type ImplementationProcess,
  type Sink,
} from './peers.ts'
import type { BenchRun } from './implementation.ts'

/** The package's own, where `npm start` and the tests have unpacked a Redis already; seen from `dist-bench/bench`. */
const cacheDir = fileURLToPath(new URL('../../.cache/redis', import.meta.url))

/** Everything a benchmark needs: a private Redis, the sink, and both implementations, each in a process of its own. */
export interface BenchEnvironment {
  redis: Redis
  sink: Sink
  ringback: ImplementationProcess
  baseline: ImplementationProcess
  quick: boolean
  /** An empty Redis and fresh keys. */
  newRun(): Promise<BenchRun>
  /** One more process of this implementation, which has done nothing yet. */
  freshImplementation(name: ImplementationName): ImplementationProcess
  say(line: string): void
  close(): Promise<void>
}

export interface EnvironmentOptions {
  quick: boolean
  profileDir: string | undefined
  say: (line: string) => void
}

export async function openEnvironment({
  quick,
  profileDir,
  say,
}: EnvironmentOptions): Promise<BenchEnvironment> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
  const server = await startLocalRedis({ dataDir, cacheDir, say, clock: systemClock })
  const redis = new Redis(server.url)
  const sink = await startSink()
  const implementations = {
    ringback: startImplementation('ringback', profileDir),
    baseline: startImplementation('baseline', profileDir),
  }
  const { privateKeyPem } = createKeyPair()
  return {
    redis,
    sink,
    ...implementations,
    quick,
    newRun: async () => {
      await redis.flushall('SYNC')
      const name = `bench-${randomUUID().slice(0, 8)}`
      return { name, redisUrl: server.url, sinkUrl: sink.url, privateKeyPem }
    },
    freshImplementation: (name) => startImplementation(name),
    say,
    close: async () => {
      await Promise.all([
        implementations.ringback.end(),
        implementations.baseline.end(),
        sink.end(),
      ])
      redis.disconnect()
      await server.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
