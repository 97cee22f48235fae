import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { RedisProgram } from './redis-program.ts'

/** Exit status of {@link launchScript} when somebody else has the folder: EX_TEMPFAIL of sysexits.h. */
export const folderInUseStatus = 75

const logName = 'redis.log'

/**
 * Two servers on one append-only file would destroy it, and Redis does not look. So a lock is taken on the folder and
 * left to the server: the kernel gives it back when the server is gone, however it went. Where there is no `flock`
 * (macOS) only the server record protects the folder. The log begins anew, so that it holds this server's words only.
 * Whatever the server writes holds customers' numbers: nobody else may read it.
 */
const launchScript = `
umask 077
exec 9>>"$1"
if command -v flock >/dev/null 2>&1; then flock -n 9 || exit ${folderInUseStatus}; fi
exec >"$2" 2>&1
shift 2
exec "$@"
`

/** Ends when its input does, which the kernel closes when our process is gone, however it went. */
const guardScript = 'read -r _; kill -TERM "$1" 2>/dev/null'

export interface ServerProcess {
  readonly pid: number
  /** `undefined` while it runs. */
  exitStatus(): number | string | undefined
  /** Sends the signal, if it still runs, and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** True once it has the port: nobody but the server writes its log, whoever answers at the port. */
  isListening(): Promise<boolean>
  /** The end of its log. */
  lastLogLines(): Promise<string>
}

export interface ServerPlace {
  /** Absolute. */
  readonly dataDir: string
  readonly port: number
  /** Whoever is on this machine can connect to the port. */
  readonly password: string
}

/**
 * Starts the server as a child in a session of its own, so that Ctrl-C in the terminal reaches us and not the server,
 * which must serve until the last record is written. It never outlives us: see {@link guardScript}.
 */
export async function launchServer(
  program: RedisProgram,
  place: ServerPlace,
): Promise<ServerProcess> {
  const files = [join(place.dataDir, 'redis.lock'), join(place.dataDir, logName)]
  const child = spawn(
    '/bin/sh',
    ['-c', launchScript, 'sh', ...files, program.file, '-', ...settings(place)],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: program.env },
  )
  await once(child, 'spawn')
  child.unref()
  sendPassword(child.stdin, place.password)
  const pid = Number(child.pid)
  const guard = startGuard(pid)
  child.once('exit', () => guard.kill())
  const exitStatus = () => child.exitCode ?? child.signalCode ?? undefined
  return {
    pid,
    exitStatus,
    end: (signal) => endChild(child, signal),
    isListening: async () => (await logOf(place.dataDir)).includes('Ready to accept connections'),
    lastLogLines: () => readLastLogLines(place.dataDir),
  }
}

/** On its standard input, as a line of its configuration: arguments can be seen by everybody on this machine. */
function sendPassword(input: Writable, password: string): void {
  // A server that ended at once says why in its log.
  input.on('error', () => undefined)
  input.end(`requirepass ${password}\n`)
}

/** design.md, section 6. `hash-max-ziplist-value` is the name of 6.2; newer servers know it beside `…-listpack-…`. */
function settings({ dataDir, port }: ServerPlace): string[] {
  return Object.entries({
    bind: '127.0.0.1',
    port: `${port}`,
    'protected-mode': 'yes',
    dir: dataDir,
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    hz: '100',
    'hash-max-ziplist-value': '4096',
    'maxmemory-policy': 'noeviction',
    'proto-max-bulk-len': '1048576',
  }).flatMap(([name, value]) => [`--${name}`, value])
}

function startGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'sh', `${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  return guard
}

async function endChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

async function readLastLogLines(dataDir: string): Promise<string> {
  return (await logOf(dataDir)).trim().split('\n').slice(-8).join('\n')
}

async function logOf(dataDir: string): Promise<string> {
  return readFile(join(dataDir, logName), 'utf8').catch(() => '')
}
