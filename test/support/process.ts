import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/** `npm test` builds it first. */
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** One line of the log: `msg` names the event, and the event's fields stand beside it. */
const logLine = z.looseObject({ msg: z.string(), time: z.iso.datetime() })

type LogLine = z.infer<typeof logLine>

interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A real `ringback` process, and what it says about itself. */
export interface RingbackProcess {
  lines(msg: string): LogLine[]
  /** What it wrote that is not a line of the log. */
  complaints(): string
  /** The first line of this event that fits; at once if it has been said already. Rejects when the process ends first. */
  next(msg: string, fits?: (line: LogLine) => boolean): Promise<LogLine>
  signal(name: NodeJS.Signals): void
  /** Ends it without warning, paused or not, and waits until it is gone. */
  kill(): Promise<Exit>
  readonly exited: Promise<Exit>
}

interface Waiter {
  look: (line: LogLine) => void
  giveUp: (reason: Error) => void
}

/** Starts the built command. It sees no setting but those given, and does not outlive the test. */
export function spawnRingback(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): RingbackProcess {
  return spawnNode([main, ...args], settings)
}

/** The same with any program. */
export function spawnNode(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): RingbackProcess {
  const child = spawn(process.execPath, [...args], {
    env: { ...withoutSettings(process.env), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: LogLine[] = []
  const complaints: string[] = []
  const waiters = new Set<Waiter>()
  const exited = endOf(child)
  // Lines that were written before the end are still on their way when the process is gone.
  const silent = once(createInterface(child.stdout).on('line', hear), 'close')
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
  void Promise.all([exited, silent]).then(([exit]) => {
    for (const { giveUp } of [...waiters]) giveUp(ended(exit))
  })

  function hear(text: string): void {
    if (!text.startsWith('{')) {
      complaints.push(`${text}\n`)
      return
    }
    const line = logLine.parse(JSON.parse(text))
    said.push(line)
    for (const { look } of [...waiters]) look(line)
  }

  function ended({ code, signal }: Exit): Error {
    const words = complaints.join('').slice(-2_000)
    return new Error(`ringback ended with ${code ?? signal ?? 'nothing'} first. ${words}`)
  }

  const kill = () => {
    child.kill('SIGKILL')
    return exited
  }
  onTestFinished(async () => {
    await kill()
  })

  return {
    exited,
    kill,
    signal: (name) => void child.kill(name),
    lines: (msg) => said.filter((line) => line.msg === msg),
    complaints: () => complaints.join(''),
    next: async (msg, fits = () => true) => {
      const isIt = (line: LogLine) => line.msg === msg && fits(line)
      return said.find(isIt) ?? (await heard(isIt, { waiters, isGone: () => isGone(child) }))
    },
  }
}

interface Hearing {
  waiters: Set<Waiter>
  isGone: () => boolean
}

function heard(isIt: (line: LogLine) => boolean, { waiters, isGone }: Hearing): Promise<LogLine> {
  return new Promise((resolve, reject) => {
    const waiter: Waiter = {
      look: (line) => {
        if (!isIt(line)) return
        waiters.delete(waiter)
        resolve(line)
      },
      giveUp: (reason) => {
        waiters.delete(waiter)
        reject(reason)
      },
    }
    if (isGone()) reject(new Error('ringback has ended and never said it'))
    else waiters.add(waiter)
  })
}

type Child = ReturnType<typeof spawn>

function isGone({ exitCode, signalCode, stdout }: Child): boolean {
  return (exitCode !== null || signalCode !== null) && stdout?.readableEnded === true
}

function endOf(child: Child): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}

function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((name) => !name.startsWith('RINGBACK_'))
  return Object.fromEntries(names.map((name) => [name, environment[name]]))
}
