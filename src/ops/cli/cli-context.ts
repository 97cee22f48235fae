import type { ContactRequestSearch } from '../../shared/delivery/contact-request-search.ts'
import type { IndexedAnswer } from '../../shared/contract/enqueue-answer.ts'
import type { Redis } from '../../shared/redis/connection.ts'
import type { Place } from '../../shared/redis/keys.ts'
import type { Clock } from '../../shared/time/clock.ts'

/** What a command may touch of the outside world: given, so that tests run the real commands without a process. */
export interface CliContext {
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  stdin: NodeJS.ReadableStream
  stdout: Terminal
  stderr: Terminal
  /** Aborted by SIGINT or SIGTERM: `--follow` and `--wait` end, and end well. */
  stopped: AbortSignal
  /** The producer library; the composition root hands it in, since roles never import each other. */
  createSubmitter(options: SubmitterOptions): Submitter
  /** Takes a job off the worker's queue, handed in for the same reason. False while a worker holds it. */
  removeJob(redis: Redis, place: Place, job: { id: string; generation: number }): Promise<boolean>
  /** Puts a job in place of what is there of it, handed in as well. One that a worker holds stays as it is. */
  restoreJob(
    redis: Redis,
    place: Place,
    job: { id: string; generation: number; priority: number | undefined; delayMs: number },
  ): Promise<void>
  /** What the doctor tries for real: a token signed with the configured key. Rejects when none can be minted. */
  mintToken(destination: string): Promise<void>
  /** And a query for ContactRequests that finds none. `undefined` where `onUncertain` is not `verify`. */
  askSalesforce(destination: string): Promise<ContactRequestSearch | undefined>
  /** And, where it is asked to, a connection to Salesforce over which nothing is sent. */
  connectToSalesforce(
    destination: string,
  ): Promise<{ kind: 'connected' } | { kind: 'failed'; message: string }>
}

export interface Terminal {
  /** A stream calls back when the text is written, or cannot be. */
  write(text: string, done?: () => void): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
  /** A stream reports so that it cannot be written to; what is no stream always can. */
  on?(event: 'error', listener: (error: Error) => void): unknown
}

export interface SubmitterOptions {
  redisUrl: string
  namespace: string
  destination: string
}

/** The part of the producer library that commands use. */
export interface Submitter {
  enqueueMany(inputs: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterable<IndexedAnswer>
  close(): Promise<void>
}

/** How a command ended, as the process's exit status. */
export const exitStatus = {
  /** All went as asked. */
  done: 0,
  /** Something was refused, missing or unhealthy; the output says what. */
  problem: 1,
  /** The command or the configuration was wrong; nothing was done. */
  usage: 2,
} as const
