import { retryDelayMs } from './bridge/bridge.ts'

export interface WorkerTimes {
  /** How long a job stays with a worker that has fallen silent. */
  lockMs: number
  /** How long after the beginning of an attempt its request may still be sent. */
  sendWithinMs: number
  /** How long an inbox entry stays with a bridge that has fallen silent. */
  abandonedMs: number
  /** After so long with entries to move, of which none got anywhere, a bridge counts as stalled. */
  stalledMs: number
  /** How long an inbox that nobody serves may wait for its first worker. */
  strayGraceMs: number
  /** How often the checks in the background run. */
  maintenanceMs: number
  /** How often somebody looks for callbacks that have expired and that nobody has come to. */
  expiryMs: number
  /** How often a worker says that it is alive: a third of the time after which it counts as dead. */
  heartbeatMs: number
  /** How often it is looked whether the keys that unseal numbers are others. */
  sealKeysMs: number
  /** How soon after one that could not be kept it is tried again what a minute came to. */
  historyMs: number
  /** How often somebody looks whether there is a run to be carried out. */
  runsMs: number
  /** For so long what was seen of a pause, a door and runs counts as what there is. */
  lookMs: number
  /** How often it is looked whether the partitions of a destination agree about Salesforce. */
  siblingsMs: number
  /** How often it is looked whether anything is left of a destination that is to be served no more. */
  drainMs: number
  /** How long the walker rests after a turn of its round. */
  batchRestMs: number
  /** After so long a worker that walked and has fallen silent is replaced. */
  walkerLeaseMs: number
}

/** The times that belong to a lock: everything that notices a dead worker follows from it. */
export function workerTimes(lockMs: number): WorkerTimes {
  return {
    lockMs,
    // Locks are renewed when half of their time is over. Later than that, nothing is certain about ours.
    sendWithinMs: Math.floor(lockMs / 2),
    // Longer than an entry rests that failed: a bridge would take its own for abandoned, and not let them rest.
    abandonedMs: Math.max(2 * retryDelayMs, Math.ceil(lockMs / 3)),
    // Several reads, and the longest that Redis may be busy with one entry.
    stalledMs: Math.max(10_000, 4 * lockMs),
    strayGraceMs: 5 * 60_000,
    maintenanceMs: 60_000,
    // Ends what has expired well within the minute that is promised.
    expiryMs: 15_000,
    heartbeatMs: 5_000,
    sealKeysMs: 5_000,
    historyMs: 5_000,
    runsMs: 1_000,
    lookMs: 1_000,
    siblingsMs: 500,
    drainMs: 5_000,
    batchRestMs: 1_000,
    walkerLeaseMs: lockMs,
  }
}

/**
 * A dead worker's job is found within two locks, and an attempt takes no longer than its timeout: nothing that is being
 * worked on, or about to be, counts as forgotten.
 */
export function overdueAfterMs(lockMs: number, attemptTimeoutMs: number): number {
  return 4 * lockMs + attemptTimeoutMs
}
