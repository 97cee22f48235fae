import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../shared/errors/errors.ts'
import { findOnPath, isNewEnough, probeRedisProgram, serverNames } from './redis-program.ts'
import type { RedisProgram, ServerName } from './redis-program.ts'

const run = promisify(execFile)

export interface UnpackOptions {
  readonly cacheDir: string
  readonly say: (line: string) => void
  readonly path: string
}

export type Unpacking =
  | { readonly kind: 'unpacked'; readonly program: RedisProgram }
  | { readonly kind: 'impossible'; readonly reason: string }

interface Apt {
  /** Folder of everything apt writes: package lists, downloaded packages, its settings. */
  readonly dir: string
  readonly env: NodeJS.ProcessEnv
}

/**
 * Settings that must not come from the system. The hooks cleared here would act on the whole system. The index
 * targets cleared are big and of no use. `_apt`, whom root's apt becomes, may not reach a folder below somebody's home.
 */
const aptSettings = `
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear Acquire::IndexTargets::deb-src;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large;
#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large-hidpi;
#clear Acquire::IndexTargets::deb::Contents-deb;
#clear Acquire::IndexTargets::deb::CNF;
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "root";
Debug::NoLocking "true";
`

const unpackedPrefix = 'unpacked-'

/** A server that an earlier run unpacked here and that runs on this machine. */
export async function findUnpacked(cacheDir: string): Promise<RedisProgram | undefined> {
  const entries = await readdir(cacheDir).catch(() => [])
  for (const entry of entries.filter((name) => name.startsWith(unpackedPrefix)).sort()) {
    const root = join(cacheDir, entry)
    const program = (await isTrusted(root)) ? await probeUnpacked(root) : undefined
    if (program) return program
  }
  return undefined
}

/**
 * Downloads a server with the libraries that this system lacks and unpacks them. Needs no root; installs nothing.
 * Everything happens in a folder of its own, which gets its final name last: an unpacking that was cut short is never
 * taken for a whole one, and two at once do not meet.
 */
export async function unpackRedisServer(options: UnpackOptions): Promise<Unpacking> {
  const { cacheDir, say, path } = options
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if (!(await findOnPath(tool, path))) return impossible(`there is no ${tool} here`)
  }
  say(
    `No redis-server on the PATH; unpacking the system's own package into ${shortest(cacheDir)} (about 11 MB to download, once; nothing is installed).`,
  )
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 })
    const workDir = await mkdtemp(join(cacheDir, 'partial-'))
    try {
      return await unpackWithin(workDir, options)
    } finally {
      await rm(workDir, { recursive: true, force: true })
    }
  } catch (thrown) {
    return impossible(messageOf(thrown))
  }
}

async function unpackWithin(workDir: string, options: UnpackOptions): Promise<Unpacking> {
  const env = { ...process.env, PATH: options.path, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' }
  const apt: Apt = { dir: join(workDir, 'apt'), env }
  await mkdir(join(apt.dir, 'lists', 'partial'), { recursive: true })
  await mkdir(join(apt.dir, 'cache', 'archives', 'partial'), { recursive: true })
  await writeFile(join(apt.dir, 'settings'), aptSettings)

  const complaints = await aptGet(apt, ['update'])
  const root = join(workDir, 'root')
  for (const name of serverNames) {
    complaints.push(...(await download(apt, name)))
    await unpackDownloads(apt, root)
    const program = await probeUnpacked(root)
    if (program) return await keep(root, options)
  }
  return impossible(reasonIn(complaints))
}

/** Gives the folder its final name, unless somebody else was faster. */
async function keep(root: string, { cacheDir, say }: UnpackOptions): Promise<Unpacking> {
  const target = join(
    cacheDir,
    unpackedPrefix + basename(join(root, '..')).slice('partial-'.length),
  )
  if (!(await findUnpacked(cacheDir))) await rename(root, target)
  const program = await findUnpacked(cacheDir)
  if (!program) return impossible(`what was unpacked into ${target} does not run`)
  say(`Unpacked ${program.name} ${program.version}.`)
  return { kind: 'unpacked', program }
}

/**
 * The tools package holds the program, of which the server is another name. `--reinstall` fetches both even where one
 * of them is installed; libraries that the system has are used from there.
 */
async function download(apt: Apt, name: ServerName): Promise<string[]> {
  const packages = [name, name.replace('-server', '-tools')]
  const options = ['--yes', '--download-only', '--reinstall', '--no-install-recommends']
  return aptGet(apt, ['install', ...options, ...packages])
}

async function unpackDownloads(apt: Apt, root: string): Promise<void> {
  const archives = join(apt.dir, 'cache', 'archives')
  for (const file of (await readdir(archives)).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['--extract', join(archives, file), root], { env: apt.env })
  }
}

/** Runs apt-get on folders of our own; returns what it complained of. Whether it worked shows in the folders. */
async function aptGet(apt: Apt, command: readonly string[]): Promise<string[]> {
  const ownDirs = [
    `--option=Dir::State::lists=${join(apt.dir, 'lists')}`,
    `--option=Dir::Cache=${join(apt.dir, 'cache')}`,
    `--option=Dir::Cache::archives=${join(apt.dir, 'cache', 'archives')}`,
  ]
  const settings = `--config-file=${join(apt.dir, 'settings')}`
  const options = { env: apt.env, timeout: 180_000, maxBuffer: 16 * 1024 * 1024 }
  const printed = await run('apt-get', ['--quiet', settings, ...ownDirs, ...command], options).then(
    ({ stderr }) => stderr,
    messageOf,
  )
  return printed.split('\n').filter((line) => /^[EW]: /.test(line))
}

/** The first error names what went wrong; the first warning often why: that a host could not be resolved. */
function reasonIn(complaints: readonly string[]): string {
  const first = ['E: ', 'W: '].flatMap((mark) => {
    const line = complaints.find((complaint) => complaint.startsWith(mark))
    return line ? [line.slice(mark.length).trim()] : []
  })
  return first.join('; ') || 'apt-get found no Redis of 6.2 or newer'
}

/** It will be run: what another user has put there, where the folder lets him, is passed over. */
async function isTrusted(root: string): Promise<boolean> {
  const own = process.getuid?.()
  const { uid, mode } = await stat(root)
  return own === undefined || ([0, own].includes(uid) && (mode & 0o002) === 0)
}

async function probeUnpacked(root: string): Promise<RedisProgram | undefined> {
  const libraryDirs = await libraryDirsOf(root)
  for (const name of serverNames) {
    const file = join(root, 'usr', 'bin', name)
    const program = await probeRedisProgram({ name, file, libraryDirs })
    if (program && isNewEnough(program.version)) return program
  }
  return undefined
}

/** `usr/lib/x86_64-linux-gnu` and its like; their name differs with the processor. */
async function libraryDirsOf(root: string): Promise<string[]> {
  const parents = [join(root, 'usr', 'lib'), join(root, 'lib')]
  const found = await Promise.all(
    parents.map(async (parent) => {
      const entries = await readdir(parent).catch(() => [])
      return [
        ...entries.filter((name) => name.includes('-linux-')).map((name) => join(parent, name)),
        parent,
      ]
    }),
  )
  return found.flat()
}

function shortest(dir: string): string {
  const fromHere = relative(process.cwd(), dir)
  return fromHere.startsWith('..') ? dir : fromHere
}

function impossible(reason: string): Unpacking {
  return { kind: 'impossible', reason }
}
