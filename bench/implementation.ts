import type { IntentInput } from '../src/producer/index.ts'

/** Where one run of one implementation takes place. Every run has its own name, and so its own keys. */
export interface BenchRun {
  name: string
  redisUrl: string
  /** `http://127.0.0.1:<port>/telephony/v1`. */
  sinkUrl: string
  privateKeyPem: string
  /** Attempts a second that Ringback makes, over all workers; undefined for no limit. */
  rate?: number
  /** How many destinations Ringback's worker serves: `default`, `d1`, `d2` and so on. Default: the first alone. */
  destinations?: number
  /** How many partitions its destination has. Default: one. */
  partitions?: number
  /** The servers of which the CPU counts, where `redisUrl` names several. */
  servers?: readonly string[]
  /** To which of them is submitted. */
  destination?: string
}

export interface Stoppable {
  stop(): Promise<void>
}

/** One way to submit callbacks. */
export interface Submitter {
  /** Resolves with the time it is due, in epoch ms, once Redis has it. */
  submit(intent: IntentInput): Promise<number>
  close(): Promise<void>
}

/** What is measured: Ringback, or what a user would build by hand. */
export interface Implementation {
  /** By name: `enqueue`, `xadd`, `add`. */
  submitters: Readonly<Record<string, (run: BenchRun) => Submitter>>
  /** Moves everything submitted onto the queue. */
  settleIn(run: BenchRun): Promise<void>
  /** Delivers with 50 at once; `onDelivered` is called for each callback whose result is recorded. */
  startWorker(run: BenchRun, onDelivered: () => void): Stoppable
}

export const concurrency = 50
export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'scv4cc1'
export const providerName = 'bench'
