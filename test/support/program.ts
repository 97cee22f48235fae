import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { onTestFinished } from 'vitest'

/** A process whose lines, of both outputs, can be waited for. It does not outlive the test. */
export interface Program {
  /** The first line that matches; rejects when the program ends without it. */
  prints: (pattern: RegExp) => Promise<string>
  /** All that it has printed so far. */
  printed: () => string
  ended: Promise<{ status: number | null; output: string }>
  signal: (name: NodeJS.Signals) => void
}

export interface ProgramOptions {
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** What it reads, to the end. Without it nothing comes, and there is no end. */
  stdin?: string
}

/** `npm test` builds it first. */
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export function startBuilt(args: readonly string[], options: ProgramOptions = {}): Program {
  return startProgram(process.execPath, [main, ...args], options)
}

export function startProgram(
  command: string,
  args: readonly string[],
  { env = {}, cwd, stdin }: ProgramOptions = {},
): Program {
  const child = spawn(command, args, { env: { ...process.env, ...env }, cwd })
  onTestFinished(() => void child.kill('SIGKILL'))
  if (stdin !== undefined) {
    // It may end before it has read all.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  }
  const lines: string[] = []
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      for (const listener of listeners) listener()
    })
  }
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, output: lines.join('\n') }))
  })
  return {
    ended,
    printed: () => lines.join('\n'),
    signal: (name) => void child.kill(name),
    prints: (pattern) => {
      const seen = new Promise<string>((resolve) => {
        const look = () => {
          const line = lines.find((each) => pattern.test(each))
          if (line !== undefined) resolve(line)
        }
        listeners.add(look)
        look()
      })
      const early = ended.then(({ output }) => {
        throw new Error(`it ended and never printed ${pattern.source}:\n${output}`)
      })
      return Promise.race([seen, early])
    },
  }
}
