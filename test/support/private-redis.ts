import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

import { startLocalRedis } from '../../src/ops/local-redis/start-local-redis.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

/** A Redis of this test's own, with the settings of `npm start`: append-only file, fsync every second. */
export interface PrivateRedis {
  url: string
  /** As a crash of the process would. */
  kill(): Promise<void>
  /** On the same port and data. */
  restart(): Promise<void>
}

export async function startPrivateRedis(): Promise<PrivateRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-redis-'))
  const start = (port?: number) =>
    startLocalRedis({
      dataDir,
      clock: systemClock,
      say: () => undefined,
      ...(port === undefined ? {} : { port }),
    })
  let server = await start()
  const { url } = server
  onTestFinished(async () => {
    await server.kill()
    await rm(dataDir, { recursive: true })
  })
  return {
    url,
    kill: () => server.kill(),
    restart: async () => {
      server = await start(Number(new URL(url).port))
    },
  }
}
