import { fork, spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { get, IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { BenchRun } from '../implementation.ts'
import type { ConsoleMemory } from './messages.ts'

export interface ConsoleProcess {
  url: string
  pid: number
  /** The text of a page, by its path below the base. */
  get(path: string): Promise<string>
  /** Tells what is said of each reading, as an open page is told, until nobody wants to know any more. */
  listen(signal: AbortSignal, heard: (reading: string) => Promise<void>): Promise<void>
  end(): Promise<void>
}

/** The console as people start it, on a port of its own. */
export async function startConsoleProcess(run: BenchRun): Promise<ConsoleProcess> {
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit']
  return await servedBy(spawn(process.execPath, [main, 'console'], { env: envOf(run), stdio }))
}

export interface HastyConsole extends ConsoleProcess {
  memory(): Promise<ConsoleMemory>
}

/** The same by a clock that goes so many times as fast. */
export async function startHastyConsole(run: BenchRun, times: number): Promise<HastyConsole> {
  const script = fileURLToPath(new URL('./console-in-haste.js', import.meta.url))
  const child = fork(script, ['console', String(times)], { env: envOf(run), silent: true })
  return {
    ...(await servedBy(child)),
    memory: async () => {
      child.send('memory')
      const [memory] = (await once(child, 'message')) as [ConsoleMemory]
      return memory
    },
  }
}

function envOf(run: BenchRun): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // As whoever sets nothing has it.
    NODE_OPTIONS: '',
    RINGBACK_REDIS_URL: run.redisUrl,
    RINGBACK_NAMESPACE: run.name,
    RINGBACK_CONSOLE_PORT: '0',
  }
}

async function servedBy(child: ChildProcess): Promise<ConsoleProcess> {
  if (child.stdout === null) throw new Error('nobody hears where the console listens')
  const url = await addressIn(child.stdout)
  return {
    url,
    pid: child.pid ?? 0,
    get: async (path) => {
      const answer = await fetch(`${url}${path}`)
      const text = await answer.text()
      if (answer.ok) return text
      const [, said = ''] = /<h1>([^]*?)<\/main>/.exec(text) ?? []
      throw new Error(`${path} was answered with ${answer.status}: ${said}`)
    },
    listen: (signal, heard) => listenTo(`${url}events`, signal, heard),
    end: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

async function addressIn(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(line) ?? []
    if (url !== undefined) {
      stdout.resume()
      return url
    }
  }
  throw new Error('the console ended before it listened')
}

/** A stream comes to its end by and by; a page asks for the next one. */
async function listenTo(
  url: string,
  signal: AbortSignal,
  heard: (reading: string) => Promise<void>,
) {
  while (!signal.aborted) {
    await listenOnce(url, signal, heard).catch(unless(signal))
  }
}

async function listenOnce(
  url: string,
  signal: AbortSignal,
  heard: (reading: string) => Promise<void>,
) {
  const request = get(url, { signal, agent: false })
  const answers: unknown[] = await once(request, 'response')
  const [answer] = answers
  if (!(answer instanceof IncomingMessage)) throw new Error('that is no answer')
  for await (const line of createInterface({ input: answer })) {
    if (line.startsWith('data: ')) await heard(line)
  }
}

function unless(signal: AbortSignal) {
  return (error: unknown) => {
    if (!signal.aborted) throw error
  }
}
