import { mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'

import { startLocalRedis } from '../../src/local-redis/start-local-redis.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

/**
 * A Redis of this test's own, with the settings of `npm start` but for one: `appendfsync always`. With `everysec`, what Redis has
 * answered may be in nothing but its memory for up to two seconds while the disk is slow, and a kill in that moment loses it
 * (flushAppendOnlyFile postpones the write while an fsync is under way; docs/guarantees.md says so): the disk of whoever runs the
 * tests would decide about them.
 */
export interface PrivateRedis {
  url: string
  /** As a crash of the process would. */
  kill(): Promise<void>
  /** On the same port and data, with the same password. */
  restart(): Promise<void>
  /** It stops in the middle of everything: connections stay open, new ones are taken by the kernel, nothing is answered. */
  freeze(): void
  thaw(): void
  /** Bytes written to the append-only file so far. */
  written(): Promise<number>
  /** While it is down: the append-only file ends in the middle of a command, half way between `after` and its end. */
  cutTail(after: number): Promise<void>
}

/** The same for all: an address may lead from one to the other. */
const password = 'of-a-test'

export async function startPrivateRedis(): Promise<PrivateRedis> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringback-test-redis-'))
  const start = async (port?: number) => {
    const started = await startLocalRedis({
      dataDir,
      clock: systemClock,
      say: () => undefined,
      password,
      ...(port !== undefined && { port }),
    })
    await writeAlwaysBeforeAnswering(started.url)
    return started
  }
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
    freeze: () => void process.kill(server.pid, 'SIGSTOP'),
    thaw: () => void process.kill(server.pid, 'SIGCONT'),
    written: async () => (await stat(await appendedFile(dataDir))).size,
    cutTail: async (after) => cutWithinCommand(await appendedFile(dataDir), after),
  }
}

async function writeAlwaysBeforeAnswering(url: string): Promise<void> {
  const redis = new Redis(url)
  await redis.config('SET', 'appendfsync', 'always')
  await redis.quit()
}

/** The file that is being appended to: one of several since Redis 7, the only one before. */
async function appendedFile(dataDir: string): Promise<string> {
  const files = await readdir(dataDir, { recursive: true })
  const [file] = files.filter((name) => /(\.incr\.aof|appendonly\.aof)$/.test(name)).toSorted()
  if (file === undefined) throw new Error('this Redis has no append-only file')
  return join(dataDir, file)
}

/** Commands in the file begin with `*` and their number of words. */
async function cutWithinCommand(file: string, after: number): Promise<void> {
  const bytes = await readFile(file)
  const half = after + Math.floor((bytes.length - after) / 2)
  const start = bytes.indexOf('\r\n*', half)
  if (start < 0) throw new Error('nothing was written after the place to cut')
  await truncate(file, start + '\r\n*1'.length)
}
