import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import type { BenchRun } from '../implementation.ts'

export interface ConsoleProcess {
  url: string
  pid: number
  /** The text of a page, by its path below the base. */
  get(path: string): Promise<string>
  /** Tells of each reading, as an open page is told, until nobody wants to know any more. */
  listen(signal: AbortSignal, heard: () => Promise<void>): Promise<void>
  end(): Promise<void>
}

/** The console as people start it, on a port of its own. */
export async function startConsoleProcess(run: BenchRun): Promise<ConsoleProcess> {
  const main = fileURLToPath(new URL('../../src/main.js', import.meta.url))
  const child = spawn(process.execPath, [main, 'console'], {
    env: {
      ...process.env,
      // As whoever sets nothing has it.
      NODE_OPTIONS: '',
      RINGBACK_REDIS_URL: run.redisUrl,
      RINGBACK_NAMESPACE: run.name,
      RINGBACK_CONSOLE_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
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
      child.kill()
      await once(child, 'exit')
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

async function listenTo(url: string, signal: AbortSignal, heard: () => Promise<void>) {
  const request = get(url, { signal, agent: false })
  try {
    const answers: unknown[] = await once(request, 'response')
    const [answer] = answers
    if (!(answer instanceof IncomingMessage)) throw new Error('that is no answer')
    for await (const line of createInterface({ input: answer })) {
      if (line === 'event: reading') await heard()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
