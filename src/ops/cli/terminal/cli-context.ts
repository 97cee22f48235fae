import type { Clock } from '../../../shared/time/clock.ts'

/** The outside world of a command: given, so that tests run the real commands without a process. */
export interface CliContext {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  stdin: NodeJS.ReadableStream
  stdout: Terminal
  stderr: Terminal
  /** Aborted by SIGINT or SIGTERM: `--follow` and `--wait` end, and end well. */
  stopped: AbortSignal
}

export interface Terminal {
  /** A stream calls back when the text is written, or cannot be. */
  write(text: string, done?: () => void): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
  /** A stream reports so that it cannot be written to; what is not a stream always can. */
  on?(event: 'error', listener: (error: Error) => void): unknown
}
