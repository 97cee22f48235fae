import type { IntentInput } from '../src/producer/index.ts'

/** Where one run of one side takes place. Every run has a name of its own, and with it keys of its own. */
export interface Trial {
  name: string
  redisUrl: string
  /** `http://127.0.0.1:<port>/telephony/v1`. */
  sinkUrl: string
  privateKeyPem: string
}

export interface Stoppable {
  stop(): Promise<void>
}

/** One way of handing callbacks in. */
export interface Submitter {
  /** Resolves with the time it is due, in epoch ms, once Redis has it. */
  submit(intent: IntentInput): Promise<number>
  close(): Promise<void>
}

/** What is measured: Ringback, or what a user would build by hand. */
export interface Side {
  /** By name: `enqueue`, `xadd`, `add`. */
  submitters: Readonly<Record<string, (trial: Trial) => Submitter>>
  /** Brings whatever was handed in onto the queue. */
  settleIn(trial: Trial): Promise<void>
  /** Delivers with 50 at once; `onDelivered` is called for each callback whose result is recorded. */
  startWorker(trial: Trial, onDelivered: () => void): Stoppable
}

export const concurrency = 50
export const orgId = '00DHs00000Kmpyr'
export const callCenter = 'scv4cc1'
export const providerName = 'bench'
