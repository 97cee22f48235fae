/**
 * The Redis that Ringback starts by itself, for real: real servers, real folders, real apt-get. The unpacking tests need
 * a Debian-like system and its package mirror, as `npm start` does on a machine without Redis.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { connect as connectTo, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { findRedisServer } from '../../src/local-redis/find-redis-server.ts'
import { freePort } from '../../src/local-redis/free-port.ts'
import { startLocalRedis } from '../../src/local-redis/start-local-redis.ts'
import type { LocalRedis } from '../../src/local-redis/start-local-redis.ts'
import { messageOf } from '../../src/shared/errors/errors.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

const silent = () => undefined

describe('a local Redis', () => {
  it('says which server it is and where its data is, and answers at its URL', async () => {
    const dataDir = await freshFolder()
    const redis = await start(dataDir)
    expect(redis.description).toMatch(/^(redis|valkey)-server \d+\.\d+\.\d+ from \/.*, data in \//)
    expect(redis.description).toContain(dataDir)
    expect(redis.url).toMatch(/^redis:\/\/:[\w-]{32}@127\.0\.0\.1:\d+$/)
    expect(await connect(redis).info('server')).toContain(`process_id:${redis.pid}\r\n`)
  })

  it.each([
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['save', ''],
    ['hz', '100'],
    ['hash-max-listpack-value', '4096'],
    ['maxmemory-policy', 'noeviction'],
    ['proto-max-bulk-len', '1048576'],
    ['protected-mode', 'yes'],
    ['bind', '127.0.0.1'],
  ])('runs with %s set to "%s"', async (setting, value) => {
    const redis = await start(await freshFolder())
    expect(await connect(redis).config('GET', setting)).toEqual([setting, value])
  })

  it('brings its data back on the same folder and port after it was stopped', async () => {
    const dataDir = await freshFolder()
    const first = await start(dataDir)
    await connect(first).set('promise', 'kept')
    await first.stop()
    const second = await start(dataDir, { port: first.port, password: passwordOf(first) })
    expect(second.url).toBe(first.url)
    expect(second.pid).not.toBe(first.pid)
    expect(await connect(second).get('promise')).toBe('kept')
  })

  it('brings its data back on the same folder and port after it was killed', async () => {
    const dataDir = await freshFolder()
    const first = await start(dataDir)
    await connect(first).set('promise', 'kept')
    await first.kill()
    const second = await start(dataDir, { port: first.port, password: passwordOf(first) })
    expect(second.url).toBe(first.url)
    expect(await connect(second).get('promise')).toBe('kept')
  })

  it('is gone once stop has returned, and a second stop changes nothing', async () => {
    const redis = await start(await freshFolder())
    await redis.stop()
    expect(isAlive(redis.pid)).toBe(false)
    await expect(redis.stop()).resolves.toBeUndefined()
  })

  it('does not outlive a process that was killed without warning', async () => {
    const dataDir = await freshFolder()
    const owner = await ownerProcess(dataDir)
    const redis = connect({ url: owner.url })
    const left = once(redis, 'close')
    await redis.set('promise', 'kept')
    owner.kill()
    await left
    const next = await start(dataDir)
    expect(await connect(next).get('promise')).toBe('kept')
    expect(next.pid).not.toBe(owner.redisPid)
  })
})

const isRoot = process.getuid?.() === 0

describe('other users of the machine', () => {
  it('get no answer from a local Redis without its password, which no process shows', async () => {
    const redis = await start(await freshFolder())
    const refused = await hears(redis.port, ['PING', 'XADD x * intent {}', 'INFO', 'CONFIG GET *'])
    expect(refused).toMatch(/^(-NOAUTH [^\r]*\r\n){4}\+OK\r\n$/)
    expect(await hears(redis.port, ['AUTH guessed'])).toMatch(/^-WRONGPASS/)
    const shown = readdirSync('/proc').map(argumentsOf).join('\n')
    expect(shown).toContain(String(redis.port))
    expect(shown).not.toContain(passwordOf(redis))
    expect(await readFile(redis.passwordFile, 'utf8')).toBe(passwordOf(redis))
  })

  it('get nothing to read, also where an earlier version left the folder open', async () => {
    const parent = await freshFolder()
    await chmod(parent, 0o755)
    const dataDir = join(parent, 'data')
    await mkdir(dataDir)
    await chmod(dataDir, 0o777)
    const redis = await start(dataDir)
    await connect(redis).xadd('inbox', '*', 'intent', '+18445791189')
    await connect(redis).bgrewriteaof()
    expect(await openPlacesIn(dataDir)).toEqual([])
    const made = await start(join(parent, 'made', 'by', 'us'))
    expect(await openPlacesIn(join(parent, 'made'))).toEqual([])
    if (!isRoot) return
    for (const { passwordFile } of [redis, made]) {
      const dir = dirname(passwordFile)
      const output = await asNobody('ls "$1"; cat "$1"/* "$1"/*/*; echo x >"$1"/new', dir)
      expect(output).not.toContain('18445791189')
      expect(output).not.toMatch(/aof|redis\.log/)
      expect(await readdir(dir)).not.toContain('new')
    }
  })

  it('cannot use what a server was asked with that is gone: each start has a password of its own', async () => {
    const dataDir = await freshFolder()
    const first = await start(dataDir)
    await first.stop()
    const second = await start(dataDir, { port: first.port })
    expect(passwordOf(second)).not.toBe(passwordOf(first))
    expect(await hears(second.port, [`AUTH ${passwordOf(first)}`])).toMatch(/^-WRONGPASS/)
  })

  it('cannot pass for the server by answering in its place, in its name', async () => {
    // Slow, so that there is time to answer before it finds its port taken.
    const path = await freshFolder()
    const { file, env } = await findRedisServer({ say: silent })
    const library = `LD_LIBRARY_PATH='${env['LD_LIBRARY_PATH'] ?? ''}'`
    await writeFile(
      join(path, 'redis-server'),
      `#!/bin/sh\nif [ "$1" = --version ]; then exec env ${library} ${file} "$@"; fi\nsleep 1\nexec env ${library} ${file} "$@"\n`,
      { mode: 0o755 },
    )
    const heard: string[] = []
    const impostor = createServer((socket) => {
      socket.on('error', silent)
      socket.on('data', (bytes) => {
        heard.push(bytes.toString())
        const { port } = impostor.address() as AddressInfo
        const pid = serverFor(port)
        const runId = 'c0ffee'.repeat(6)
        socket.end(`+OK\r\n+PONG\r\n$0\r\nprocess_id:${pid}\r\nrun_id:${runId}\r\n+OK\r\n`)
      })
    }).listen(0, '127.0.0.1')
    await once(impostor, 'listening')
    onTestFinished(() => void impostor.close())
    const { port } = impostor.address() as AddressInfo
    const starting = startLocalRedis({
      dataDir: await freshFolder(),
      say: silent,
      clock: systemClock,
      port,
      path: `${path}:${process.env['PATH']}`,
    })
    await expect(starting).rejects.toThrow(/Address already in use/)
    expect(heard.length).toBeGreaterThan(0)
  })

  it.skipIf(!isRoot)('own no folder that a local Redis is started in', async () => {
    const dataDir = await freshFolder()
    await chown(dataDir, 65_534, 65_534)
    const starting = start(dataDir)
    await expect(starting).rejects.toMatchObject({ code: 'redis-did-not-start' })
    await expect(starting).rejects.toThrow('it belongs to another user (uid 65534, and not 0)')
    expect(await readdir(dataDir)).toEqual([])
  })

  it.skipIf(!isRoot)('leave no server in an open cache folder that would be run', async () => {
    const cacheDir = await freshFolder()
    const planted = join(cacheDir, 'unpacked-planted')
    const program = join(planted, 'usr', 'bin', 'redis-server')
    await mkdir(dirname(program), { recursive: true })
    await writeFile(program, '#!/bin/sh\necho Redis server v=7.0.0 sha=0\n', { mode: 0o755 })
    const find = () => findRedisServer({ cacheDir, say: silent, path: '' })
    expect(await find()).toMatchObject({ file: program })
    await chown(planted, 65_534, 65_534)
    await expect(find()).rejects.toMatchObject({ code: 'redis-not-found' })
    await chown(planted, 0, 0)
    await chmod(planted, 0o777)
    await expect(find()).rejects.toMatchObject({ code: 'redis-not-found' })
  })
})

describe('two starts on one data folder', () => {
  it('share one server, which only the one that started it ends', async () => {
    const dataDir = await freshFolder()
    const said: string[] = []
    const first = await start(dataDir)
    const second = await start(dataDir, { say: (line) => said.push(line) })
    expect(second.pid).toBe(first.pid)
    expect(second.url).toBe(first.url)
    expect(said).toEqual([`Using the Redis that already runs on this data: ${first.description}.`])
    await second.stop()
    await second.kill()
    expect(await connect(first).ping()).toBe('PONG')
  })

  it('share one server also when they come at the same moment', async () => {
    const dataDir = await freshFolder()
    const all = await Promise.all([start(dataDir), start(dataDir), start(dataDir)])
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
  })

  it('are not fooled by the record of a server that is gone', async () => {
    const dataDir = await freshFolder()
    const gone = await start(dataDir)
    await gone.kill()
    // Another server now answers where the record points.
    const other = await start(await freshFolder(), { port: gone.port })
    const next = await start(dataDir)
    expect(next.pid).not.toBe(other.pid)
    expect(next.url).not.toBe(other.url)
  })
})

describe('a local Redis that cannot start', () => {
  it("is reported with the server's own words when its port is taken", async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    onTestFinished(() => void blocker.close())
    const address = blocker.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const starting = start(await freshFolder(), { port })
    await expect(starting).rejects.toMatchObject({ code: 'redis-did-not-start' })
    await expect(starting).rejects.toThrow(/bind: Address already in use/)
  })

  it("is reported with the server's own words when its data is damaged", async () => {
    const dataDir = await freshFolder()
    await mkdir(join(dataDir, 'appendonlydir'))
    await writeFile(join(dataDir, 'appendonlydir', 'appendonly.aof.manifest'), 'no manifest\n')
    const starting = start(dataDir)
    await expect(starting).rejects.toMatchObject({ code: 'redis-did-not-start' })
    await expect(starting).rejects.toThrow(/AOF manifest file/)
  })

  it('is reported with the folder when that is a file', async () => {
    const file = join(await freshFolder(), 'data')
    await writeFile(file, '')
    const starting = start(file)
    await expect(starting).rejects.toMatchObject({ code: 'redis-did-not-start' })
    await expect(starting).rejects.toThrow(file)
  })
})

describe('the search for a server', () => {
  it('ends with one clear sentence where there is neither a server nor apt-get', async () => {
    const search = findRedisServer({ cacheDir: await freshFolder(), say: silent, path: '' })
    await expect(search).rejects.toMatchObject({ code: 'redis-not-found' })
    await expect(search).rejects.toThrow(
      /^No Redis: .* \(there is no apt-get here\); install redis-server, or set RINGBACK_REDIS_URL to one that runs\.$/,
    )
  })

  it('keeps what it unpacks in this package, and looks nowhere else for it', async () => {
    const own = fileURLToPath(new URL('../../.cache/redis', import.meta.url))
    const search = findRedisServer({ say: silent, path: '' })
    const place = await search.then(({ file }) => file, messageOf)
    expect(place).toContain(own)
  })

  it("gives apt-get's own reason where the packages cannot be fetched", async () => {
    // Nothing listens on port 1 of this machine.
    for (const name of ['http_proxy', 'https_proxy']) vi.stubEnv(name, 'http://127.0.0.1:1')
    onTestFinished(() => void vi.unstubAllEnvs())
    const cacheDir = await freshFolder()
    const search = findRedisServer({ cacheDir, say: silent, path: await pathWithoutRedis() })
    await expect(search).rejects.toMatchObject({ code: 'redis-not-found' })
    await expect(search).rejects.toThrow(
      /(?:Unable to locate package|has no installation candidate).*127\.0\.0\.1/s,
    )
    expect(await readdir(cacheDir)).toEqual([])
  })

  it('names the cache folder where that cannot be made', async () => {
    const cacheDir = join(await freshFolder(), 'cache')
    await writeFile(cacheDir, '')
    const search = findRedisServer({ cacheDir, say: silent, path: await pathWithoutRedis() })
    await expect(search).rejects.toMatchObject({ code: 'redis-not-found' })
    await expect(search).rejects.toThrow(`EEXIST: file already exists, mkdir '${cacheDir}'`)
  })

  it('takes the server on the PATH, and unpacks nothing', async () => {
    const cacheDir = await freshFolder()
    const known = await findRedisServer({ say: silent })
    const path = await freshFolder()
    const script = `#!/bin/sh\nexport LD_LIBRARY_PATH='${known.env['LD_LIBRARY_PATH'] ?? ''}'\nexec ${known.file} "$@"\n`
    await writeFile(join(path, 'valkey-server'), script, { mode: 0o755 })
    const found = await findRedisServer({ cacheDir, say: silent, path })
    expect(found).toMatchObject({ name: 'valkey-server', file: join(path, 'valkey-server') })
    expect(found.version).toBe(known.version)
    expect(await readdir(cacheDir)).toEqual([])
  })

  it('passes over a server that is too old or does not run, and says so', async () => {
    const path = await freshFolder()
    await writeFile(join(path, 'redis-server'), '#!/bin/sh\necho Redis server v=6.0.16 sha=0\n', {
      mode: 0o755,
    })
    await writeFile(join(path, 'valkey-server'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const said: string[] = []
    const search = findRedisServer({
      cacheDir: await freshFolder(),
      say: (line) => said.push(line),
      path,
    })
    await expect(search).rejects.toMatchObject({ code: 'redis-not-found' })
    expect(said).toEqual([
      `redis-server 6.0.16 in ${path} is older than 6.2.`,
      `${join(path, 'valkey-server')} does not run.`,
    ])
  })

  it('unpacks one that runs, for two at once, beside the rest of an unpacking that was cut short', async () => {
    const cacheDir = await freshFolder()
    await mkdir(join(cacheDir, 'partial-cut', 'root', 'usr', 'bin'), { recursive: true })
    await mkdir(join(cacheDir, 'unpacked-broken', 'usr', 'bin'), { recursive: true })
    await writeFile(join(cacheDir, 'unpacked-broken', 'usr', 'bin', 'redis-server'), '', {
      mode: 0o755,
    })
    const path = await pathWithoutRedis()
    const said: string[] = []
    const find = () => findRedisServer({ cacheDir, say: (line) => said.push(line), path })
    const [one, two] = await Promise.all([find(), find()])
    expect(one.file.startsWith(cacheDir)).toBe(true)
    expect(two.file.startsWith(cacheDir)).toBe(true)
    expect(said.filter((line) => line.startsWith('No redis-server on the PATH'))).toHaveLength(2)
    expect((await readdir(cacheDir)).filter((name) => name.startsWith('partial-'))).toEqual([
      'partial-cut',
    ])

    said.length = 0
    const dataDir = await freshFolder()
    const redis = await startLocalRedis({
      dataDir,
      cacheDir,
      path,
      say: (line) => said.push(line),
      clock: systemClock,
    })
    onTestFinished(() => redis.stop())
    expect(redis.description).toContain(cacheDir)
    expect(said).toEqual([])
  }, 60_000)
})

describe('a free port', () => {
  it('can be bound by whoever asked for it', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    expect(server.listening).toBe(true)
  })
})

async function freshFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ringback-local-redis-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

async function start(
  dataDir: string,
  options: { port?: number; password?: string; say?: (line: string) => void } = {},
): Promise<LocalRedis> {
  const redis = await startLocalRedis({ dataDir, say: silent, clock: systemClock, ...options })
  onTestFinished(() => redis.stop())
  return redis
}

function connect({ url }: { url: string }): Redis {
  const redis = new Redis(url, { protocol: 2, retryStrategy: () => null })
  // Servers end under these connections on purpose.
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

function passwordOf({ url }: LocalRedis): string {
  return new URL(url).password
}

/** Modes of the folder and of all that is in it, as far as they let anybody in but its owner. */
async function openPlacesIn(dir: string): Promise<string[]> {
  const names = ['.', ...(await readdir(dir, { recursive: true }))]
  const open = await Promise.all(
    names.map(async (name) => (((await modeOf(join(dir, name))) & 0o077) === 0 ? [] : [name])),
  )
  return open.flat()
}

/** Redis takes its temporary files away again at its own time: what is gone lets nobody in. */
async function modeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mode
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** A shell of somebody who may do nothing in particular here: `nobody`. */
async function asNobody(script: string, ...args: string[]): Promise<string> {
  const options = { uid: 65_534, gid: 65_534, cwd: '/' }
  const child = spawn('/bin/sh', ['-c', script, 'sh', ...args], options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  await once(child, 'close')
  return output
}

/** What a connection hears that says these lines. */
async function hears(port: number, lines: readonly string[]): Promise<string> {
  const socket = connectTo(port, '127.0.0.1').setEncoding('utf8')
  let heard = ''
  socket.on('data', (chunk: string) => (heard += chunk))
  socket.write([...lines, 'QUIT', ''].join('\r\n'))
  await once(socket, 'close')
  return heard
}

/** As everybody sees them; empty for what is not a process, or none any more. */
function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

function serverFor(port: number): string | undefined {
  return readdirSync('/proc').find((pid) => argumentsOf(pid).includes(`--port ${port} `))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Everything on this PATH but Redis: a machine where none is installed. */
async function pathWithoutRedis(): Promise<string> {
  const folder = await freshFolder()
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const names = await readdir(dir).catch(() => [])
    const wanted = names.filter((name) => !/^(redis|valkey)-server$/.test(name))
    // The first folder of the PATH wins, as it does for a shell.
    await Promise.all(
      wanted.map((name) => symlink(join(dir, name), join(folder, name)).catch(silent)),
    )
  }
  return folder
}

/** Another process, on the built code, that starts a Redis and would keep it for ever. */
async function ownerProcess(
  dataDir: string,
): Promise<{ url: string; redisPid: number; kill: () => void }> {
  const built = new URL('../../dist/', import.meta.url)
  const program = `
    const { startLocalRedis } = await import('${new URL('local-redis/start-local-redis.js', built).href}')
    const { systemClock } = await import('${new URL('shared/time/clock.js', built).href}')
    const { url, pid } = await startLocalRedis({ dataDir: process.argv[1], say: () => {}, clock: systemClock })
    process.stdout.write(JSON.stringify({ url, redisPid: pid }))
    process.stdin.resume()
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const first = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  const printed: unknown = first[0]
  if (!Buffer.isBuffer(printed)) throw new Error('The owner ended early; is the package built?')
  const owner = JSON.parse(printed.toString()) as { url: string; redisPid: number }
  return { ...owner, kill: () => child.kill('SIGKILL') }
}
