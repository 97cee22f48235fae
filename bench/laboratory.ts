import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'

import { startLocalRedis } from '../src/local-redis/start-local-redis.ts'
import { createKeyPair } from '../src/sandbox/key-pair.ts'
import { systemClock } from '../src/shared/time/clock.ts'
import { startSide, startSink, type SideName, type SideProcess, type Sink } from './peers.ts'
import type { Trial } from './trial.ts'

/** The package's own, where `npm start` and the tests have unpacked a Redis already; seen from `dist-bench/bench`. */
const cacheDir = fileURLToPath(new URL('../../.cache/redis', import.meta.url))

/** Everything a figure needs: a private Redis, the sink, and both sides, each in a process of its own. */
export interface Laboratory {
  redis: Redis
  sink: Sink
  ringback: SideProcess
  rival: SideProcess
  quick: boolean
  /** An empty Redis and fresh keys. */
  newTrial(): Promise<Trial>
  /** One more process of this side, which has done nothing yet. */
  freshSide(name: SideName): SideProcess
  say(line: string): void
  close(): Promise<void>
}

export interface LaboratoryOptions {
  quick: boolean
  profileDir: string | undefined
  say: (line: string) => void
}

export async function openLaboratory({
  quick,
  profileDir,
  say,
}: LaboratoryOptions): Promise<Laboratory> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-bench-'))
  const server = await startLocalRedis({ dataDir, cacheDir, say, clock: systemClock })
  const redis = new Redis(server.url)
  const sink = await startSink()
  const sides = {
    ringback: startSide('ringback', profileDir),
    rival: startSide('rival', profileDir),
  }
  const { privateKeyPem } = createKeyPair()
  return {
    redis,
    sink,
    ...sides,
    quick,
    newTrial: async () => {
      await redis.flushall('SYNC')
      const name = `bench-${randomUUID().slice(0, 8)}`
      return { name, redisUrl: server.url, sinkUrl: sink.url, privateKeyPem }
    },
    freshSide: (name) => startSide(name),
    say,
    close: async () => {
      await Promise.all([sides.ringback.end(), sides.rival.end(), sink.end()])
      redis.disconnect()
      await server.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
