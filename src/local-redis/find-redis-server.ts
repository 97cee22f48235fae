import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RingbackError } from '../shared/errors/errors.ts'
import { findOnPath, isNewEnough, probeRedisProgram, serverNames } from './redis-program.ts'
import type { RedisProgram } from './redis-program.ts'
import { findUnpacked, unpackRedisServer } from './unpack-redis-server.ts'

/** `.cache/redis` of this package; the same place seen from `src` and from `dist`. */
const ownCacheDir = fileURLToPath(new URL('../../.cache/redis', import.meta.url))

export interface FindRedisOptions {
  /** Where a server is unpacked when none is installed. Default: `.cache/redis` of this package. */
  readonly cacheDir?: string
  /** Gets lines for the person who waits. */
  readonly say: (line: string) => void
  /** Where to look for programs: the servers, and `apt-get`. Default: the environment's `PATH`. */
  readonly path?: string
}

/** A server to start: one on the PATH, else one unpacked earlier, else one unpacked now. Throws `redis-not-found`. */
export async function findRedisServer(options: FindRedisOptions): Promise<RedisProgram> {
  const { say, cacheDir = ownCacheDir, path = process.env['PATH'] ?? '' } = options
  const installed = await findInstalled(path, say)
  if (installed) return installed
  const earlier = await findUnpacked(cacheDir)
  if (earlier) return earlier
  const now = await unpackRedisServer({ cacheDir, say, path })
  if (now.kind === 'unpacked') return now.program
  throw new RingbackError(
    'redis-not-found',
    `No Redis: neither redis-server nor valkey-server (6.2 or newer) is on the PATH, and none could be unpacked into ${cacheDir} (${now.reason}); install redis-server, or set RINGBACK_REDIS_URL to one that runs.`,
  )
}

async function findInstalled(
  path: string,
  say: (line: string) => void,
): Promise<RedisProgram | undefined> {
  for (const name of serverNames) {
    const file = await findOnPath(name, path)
    const program = file && (await probeRedisProgram({ name, file, libraryDirs: [] }))
    if (program && isNewEnough(program.version)) return program
    if (program) say(`${name} ${program.version} in ${dirname(program.file)} is older than 6.2.`)
    else if (file) say(`${file} does not run.`)
  }
  return undefined
}
