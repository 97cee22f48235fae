import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { systemClock } from '../../src/shared/time/clock.ts'
import type { Pause } from './pause.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import { times } from './times.ts'

/** The built command, seen from `dist-bench/test/soak`. */
const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))
const blockEventLoop = new URL('../../../test/soak/block-event-loop.mjs', import.meta.url).href

/** A place for one worker process at a time, with a network to Redis of its own. Each method resolves when its fault is over. */
export interface WorkerSlot {
  killFor(ms: number): Promise<void>
  stopFor(ms: number): Promise<void>
  /** The whole process. */
  freezeFor(ms: number): Promise<void>
  /** Its event loop alone. */
  blockFor(ms: number): Promise<void>
  silence(): void
  slowFor(ms: number): Promise<void>
  /** In good order, for the last time. */
  close(): Promise<void>
}

export interface SlotOptions {
  name: string
  folder: string
  redisUrl: string
  settings: Readonly<Record<string, string>>
  pause: Pause
  /** Called when a worker ends that nobody has ended, or does not end when it is told to. */
  onCrash: (words: string) => void
}

export async function openWorkerSlot(options: SlotOptions): Promise<WorkerSlot> {
  const redisUrl = new URL(options.redisUrl)
  const proxy = await startTcpProxy(Number(redisUrl.port))
  redisUrl.port = String(proxy.port)
  const blockFile = join(options.folder, `${options.name}-blocked`)
  const settings = {
    ...options.settings,
    RINGBACK_REDIS_URL: redisUrl.href,
    NODE_OPTIONS: `--import=${blockEventLoop}`,
    RINGBACK_TEST_BLOCK_WHILE: blockFile,
  }
  const start = () => startProcess({ ...options, settings })
  const { pause } = options
  let worker = start()
  const replaceAfter = async (ms: number) => {
    await pause(ms)
    worker = start()
  }
  return {
    killFor: async (ms) => {
      await worker.end('SIGKILL')
      await replaceAfter(ms)
    },
    stopFor: async (ms) => {
      await worker.end('SIGTERM')
      await replaceAfter(ms)
    },
    freezeFor: async (ms) => {
      worker.signal('SIGSTOP')
      await pause(ms)
      worker.signal('SIGCONT')
    },
    blockFor: async (ms) => {
      await writeFile(blockFile, '')
      await pause(ms)
      await rm(blockFile)
    },
    silence: () => proxy.silence(),
    slowFor: async (ms) => {
      proxy.delay(times.slowCommandMs)
      await pause(ms)
      proxy.delay(0)
    },
    close: async () => {
      await worker.end('SIGTERM')
      await proxy.close()
    },
  }
}

interface WorkerProcess {
  signal(name: NodeJS.Signals): void
  /** Resolves when it has exited. */
  end(name: NodeJS.Signals): Promise<void>
}

function startProcess({ name, folder, settings, onCrash }: SlotOptions): WorkerProcess {
  const log = openSync(join(folder, `${name}.log`), 'a')
  const env = { ...withoutSettings(process.env), ...settings }
  const child = spawn(process.execPath, [main, 'worker'], { env, stdio: ['ignore', log, log] })
  closeSync(log)
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const gone = new AbortController()
  let wanted = false
  const exited = once(child, 'exit').then(() => {
    gone.abort()
    process.off('exit', kill)
    if (!wanted) onCrash(`${name} ended with ${endingOf(child)}`)
  })
  return {
    signal: (signalName) => void child.kill(signalName),
    end: async (signalName) => {
      wanted = true
      child.kill(signalName)
      if (!(await isGoneInTime(gone.signal))) {
        onCrash(`${name} did not end on ${signalName}`)
        kill()
      }
      await exited
    },
  }
}

/** It has two seconds more than its deadline to write down what it gave up; the rest is for a busy machine. */
function isGoneInTime(gone: AbortSignal): Promise<boolean> {
  return systemClock.sleep(times.shutdownDeadlineMs + 10_000, gone).then(
    () => false,
    () => true,
  )
}

function endingOf({ exitCode, signalCode }: ChildProcess): string {
  return String(exitCode ?? signalCode ?? 'nothing')
}

function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((name) => !name.startsWith('RINGBACK_'))
  return Object.fromEntries(names.map((name) => [name, environment[name]]))
}
