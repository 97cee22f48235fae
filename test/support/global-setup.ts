/**
 * One Redis for the whole run, its data in a fresh folder that is removed afterwards. It is found or unpacked as
 * `npm start` does it. `RINGBACK_TEST_REDIS_URL` names another server to use instead; the tests then leave their keys
 * in it, each under a namespace of its own (`t-…`).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startLocalRedis } from '../../src/local-redis/start-local-redis.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['RINGBACK_TEST_REDIS_URL']
  if (given) {
    project.provide('redisUrl', given)
    return () => Promise.resolve()
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-redis-'))
  const redis = await startLocalRedis({ dataDir, say: print, clock: systemClock })
  project.provide('redisUrl', redis.url)
  return async () => {
    await redis.stop()
    await rm(dataDir, { recursive: true })
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
