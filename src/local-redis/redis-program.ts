import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Redis first: it is what most people have and what the figures were measured with. */
export const serverNames = ['redis-server', 'valkey-server'] as const

export type ServerName = (typeof serverNames)[number]

/** A Redis or Valkey server that was run once, with `--version`, and answered. */
export interface RedisProgram {
  readonly name: ServerName
  readonly file: string
  readonly version: string
  readonly env: NodeJS.ProcessEnv
}

/** Where a program may be, and the folders of its own libraries when it was unpacked rather than installed. */
export interface ProgramLocation {
  readonly name: ServerName
  readonly file: string
  readonly libraryDirs: readonly string[]
}

/** The first executable of this name on a search path. Relative entries are left out: they depend on the folder. */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const dir of path.split(delimiter).filter((entry) => entry.startsWith('/'))) {
    const file = join(dir, name)
    if (await isExecutable(file)) return file
  }
  return undefined
}

/** Runs the program with `--version`: `undefined` when it does not run here, or is not what its name says. */
export async function probeRedisProgram(
  location: ProgramLocation,
): Promise<RedisProgram | undefined> {
  const { name, file } = location
  const env = environmentWith(location.libraryDirs)
  const printed = await run(file, ['--version'], { env, timeout: 10_000 }).catch(() => undefined)
  const version = printed && /\bv=(\d+\.\d+\.\d+)/.exec(printed.stdout)?.[1]
  return version ? { name, file, version, env } : undefined
}

/** Ringback needs Redis 6.2: `XAUTOCLAIM` and exclusive stream ranges are new in it. Every Valkey is newer. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 6 || (major === 6 && minor >= 2)
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function environmentWith(libraryDirs: readonly string[]): NodeJS.ProcessEnv {
  if (libraryDirs.length === 0) return process.env
  const inherited = process.env['LD_LIBRARY_PATH']
  const all = inherited ? [...libraryDirs, inherited] : libraryDirs
  return { ...process.env, LD_LIBRARY_PATH: all.join(delimiter) }
}
