import { Readable } from 'node:stream'

import { addRunningCommands } from '../../../../src/compose/running-commands.ts'
import type { CliContext, Terminal } from '../../../../src/ops/cli/terminal/cli-context.ts'
import { createProgram } from '../../../../src/ops/cli/create-program.ts'
import { runProgram } from '../../../../src/ops/cli/run-program.ts'
import { createProducer } from '../../../../src/producer/index.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'

export interface Run {
  status: number
  stdout: string
  stderr: string
}

/** A command under way, whose output can be waited for. */
export interface RunningCommand {
  done: Promise<Run>
  /** Resolves with all output so far as soon as it matches; rejects when the command ends first. */
  prints(pattern: RegExp): Promise<string>
  /** As Ctrl-C does. */
  stop(): void
}

export interface CliOptions {
  env: Record<string, string>
  stdin?: NodeJS.ReadableStream
  tty?: boolean
  columns?: number
}

/** The real program, on a terminal that is captured. */
export function startCommand(
  { env, stdin = Readable.from([]), tty = false, columns = 120 }: CliOptions,
  ...args: string[]
): RunningCommand {
  const stopping = new AbortController()
  const stdout = capture(tty, columns)
  const stderr = capture(tty, columns)
  const context: CliContext = {
    env,
    clock: systemClock,
    stdin,
    stdout: stdout.terminal,
    stderr: stderr.terminal,
    stopped: stopping.signal,
  }
  const argv = ['node', 'ringback', ...args]
  const program = createProgram(context, createProducer)
  addRunningCommands(program, context)
  const ended = runProgram(program, argv, context)
  const done = ended.then((status) => ({ status, stdout: stdout.text(), stderr: stderr.text() }))
  const output = () => `${stdout.text()}${stderr.text()}`
  return {
    done,
    stop: () => stopping.abort(new Error('stopped by the test')),
    prints: async (pattern) => {
      const seen = new Promise<string>((resolve) => {
        const look = () => {
          if (pattern.test(output())) resolve(output())
        }
        stdout.onWrite(look)
        stderr.onWrite(look)
        look()
      })
      const early = done.then(({ status }) => {
        if (pattern.test(output())) return output()
        throw new Error(`ended with ${status} and never printed ${pattern.source}:\n${output()}`)
      })
      return Promise.race([seen, early])
    },
  }
}

export function runCommand(options: CliOptions, ...args: string[]): Promise<Run> {
  return startCommand(options, ...args).done
}

function capture(isTTY: boolean, columns: number) {
  let text = ''
  const listeners: (() => void)[] = []
  const terminal: Terminal = {
    isTTY,
    columns,
    write: (chunk) => {
      text += chunk
      for (const listener of listeners) listener()
    },
  }
  return {
    terminal,
    text: () => text,
    onWrite: (listener: () => void) => void listeners.push(listener),
  }
}

/** What somebody types at a terminal, and Enter; nothing at all: the end of the input. */
export function typed(answer: string): NodeJS.ReadableStream {
  return Object.assign(Readable.from(answer === '' ? [] : [`${answer}\n`]), { isTTY: true })
}
