import { randomBytes } from 'node:crypto'
import { access, chmod, constants, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { messageOf, RingbackError } from '../shared/errors/errors.ts'
import type { Clock } from '../shared/time/clock.ts'
import { askServer } from './ask-server.ts'
import { findRedisServer } from './find-redis-server.ts'
import type { FindRedisOptions } from './find-redis-server.ts'
import { freePort } from './free-port.ts'
import type { RedisProgram } from './redis-program.ts'
import { folderInUseStatus, launchServer } from './server-process.ts'
import type { ServerPlace, ServerProcess } from './server-process.ts'
import {
  findRunningServer,
  passwordFileOf,
  writePassword,
  writeServerRecord,
} from './server-record.ts'
import type { RunningServer } from './server-record.ts'

/** How long a server may be silent at its start, and how long a folder may stay locked by one that does not answer. */
const patienceMs = 30_000
const pollMs = 20
/** Of free ports that somebody else bound before our server could. */
const maxPorts = 5

export interface LocalRedisOptions extends FindRedisOptions {
  readonly dataDir: string
  /** Default: any free one. */
  readonly port?: number
  /** Of an earlier start, for whoever knows its URL. Default: a new one. */
  readonly password?: string
  readonly clock: Clock
}

export interface LocalRedis {
  /** With the password in it. */
  readonly url: string
  readonly port: number
  /** Whoever may read it may use the server. */
  readonly passwordFile: string
  /** For people: which server, from where, and where its data is. */
  readonly description: string
  readonly pid: number
  /** Ends the server in good order and waits until it is gone. One that was found running is left to its owner. */
  stop(): Promise<void>
  /** Ends the server as a crash would, and waits until it is gone. One that was found running is left to its owner. */
  kill(): Promise<void>
}

type Start =
  | { readonly kind: 'started'; readonly redis: LocalRedis }
  | { readonly kind: 'port-taken' | 'folder-in-use' | 'failed'; readonly words: string }

/**
 * A Redis on this data folder: the one that already runs on it, else a new child process, which ends with us at the
 * latest. The data outlives both. Throws `redis-not-found` or `redis-did-not-start`.
 */
export async function startLocalRedis(options: LocalRedisOptions): Promise<LocalRedis> {
  const { clock, say } = options
  const dataDir = resolve(options.dataDir)
  await prepareDataDir(dataDir)
  const deadline = clock.now() + patienceMs
  let portsLeft = options.port === undefined ? maxPorts : 1
  let program: RedisProgram | undefined
  for (;;) {
    const running = await findRunningServer(dataDir)
    if (running) return share(running, dataDir, say)
    program ??= await findRedisServer(options)
    const place = {
      dataDir,
      port: options.port ?? (await freePort()),
      password: options.password ?? randomBytes(24).toString('base64url'),
    }
    const start = await startOn(program, place, clock)
    if (start.kind === 'started') return start.redis
    if (start.kind === 'port-taken') portsLeft -= 1
    const again = start.kind === 'folder-in-use' ? clock.now() < deadline : portsLeft > 0
    if (start.kind === 'failed' || !again) throw didNotStart(dataDir, start.words)
    await clock.sleep(pollMs)
  }
}

/** A folder that nobody else can look into, or put something into. */
async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    await access(dataDir, constants.W_OK)
    const { uid } = await stat(dataDir)
    const own = process.getuid?.() ?? uid
    if (uid !== own) throw new Error(`it belongs to another user (uid ${uid}, and not ${own})`)
    // One that an earlier version made may be open to everybody.
    await chmod(dataDir, 0o700)
  } catch (thrown) {
    throw new RingbackError(
      'redis-did-not-start',
      `The data folder ${dataDir} of the local Redis cannot be used: ${messageOf(thrown)}`,
      { cause: thrown },
    )
  }
}

function share(
  { port, pid, description, password }: RunningServer,
  dataDir: string,
  say: (line: string) => void,
): LocalRedis {
  say(`Using the Redis that already runs on this data: ${description}.`)
  const leave = async () => Promise.resolve()
  const address = addressOf({ port, password, dataDir })
  return { ...address, description, pid, stop: leave, kill: leave }
}

async function startOn(program: RedisProgram, place: ServerPlace, clock: Clock): Promise<Start> {
  const server = await launchServer(program, place)
  const runId = await waitUntilReady(server, place, clock)
  if (runId === undefined) return startFailure(server)
  const { dataDir, port } = place
  const description = `${program.name} ${program.version} from ${dirname(program.file)}, data in ${dataDir}`
  try {
    await writePassword(dataDir, place.password)
    await writeServerRecord(dataDir, { port, pid: server.pid, runId, description })
  } catch (thrown) {
    await server.end('SIGTERM')
    throw thrown
  }
  const redis: LocalRedis = {
    ...addressOf(place),
    description,
    pid: server.pid,
    stop: () => server.end('SIGTERM'),
    kill: () => server.end('SIGKILL'),
  }
  return { kind: 'started', redis }
}

/**
 * The run id of the server once it serves; `undefined` when it ended or stayed silent. Another Redis may have won the port,
 * or somebody who only says that he is ours: so its pid is compared, and the server's own log has to say that it listens.
 * Loading much data takes long and is not silence.
 */
async function waitUntilReady(
  server: ServerProcess,
  { port, password }: ServerPlace,
  clock: Clock,
): Promise<string | undefined> {
  let deadline = clock.now() + patienceMs
  while (server.exitStatus() === undefined && clock.now() < deadline) {
    const answer = await askServer(port, password)
    const ours = answer.kind !== 'silent' && answer.pid === server.pid
    if (ours && answer.kind === 'ready' && (await server.isListening())) return answer.runId
    if (ours) deadline = clock.now() + patienceMs
    await clock.sleep(pollMs)
  }
  return undefined
}

async function startFailure(server: ServerProcess): Promise<Start> {
  const status = server.exitStatus()
  if (status === undefined) {
    await server.end('SIGKILL')
    return { kind: 'failed', words: `It did not answer. ${await server.lastLogLines()}` }
  }
  if (status === folderInUseStatus) {
    return {
      kind: 'folder-in-use',
      words: 'The folder is in use by a server that does not answer.',
    }
  }
  const words = await server.lastLogLines()
  // Redis' words for EADDRINUSE; each version says one of the two.
  if (/Address already in use|Failed listening on port/.test(words)) {
    return { kind: 'port-taken', words }
  }
  return { kind: 'failed', words: `It ended with ${status}. ${words}` }
}

function didNotStart(dataDir: string, words: string): RingbackError {
  return new RingbackError(
    'redis-did-not-start',
    `The local Redis on the data folder ${dataDir} did not start. The end of its log: ${words}`,
  )
}

function addressOf({ port, password, dataDir }: ServerPlace) {
  const passwordFile = passwordFileOf(dataDir)
  return { url: `redis://:${password}@127.0.0.1:${port}`, port, passwordFile }
}
