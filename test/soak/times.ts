/** Nothing is forgotten meanwhile. */
export const retentionMs = 24 * 3_600_000

/** Short, so that a soak of minutes sees what takes hours in production. What follows from what stands beside it. */
export const times = {
  lockMs: 3_000,
  attemptTimeoutMs: 2_000,
  /** Above every delay between a request and its booking, and above every lag of a search, that the faults bring. */
  verifyGraceMs: 3_000,
  shutdownDeadlineMs: 8_000,
  /** Frozen for longer than its lock: another one has taken over when it wakes up. */
  shortestFreezeMs: 4_000,
  longestFreezeMs: 9_000,
  /** An operator looks for a booking when every request that was under way must have come to something. */
  operatorPatienceMs: 8_000,
  /** A quarter of a second or so is what a busy network or disk adds to each command. */
  slowCommandMs: 200,
  drainPollMs: 2_000,
} as const

/**
 * What was accepted reaches its end within seconds after the faults: locks, timeouts and backoffs are short. When nothing
 * has reached its end for this long, nothing will.
 */
export const longestIdleMs = 20_000

const drainMs = { least: 60_000, most: 240_000 }

/** For a busy machine that still works off its backlog. */
export function longestDrainMs(faultsMs: number): number {
  return Math.min(drainMs.most, Math.max(drainMs.least, faultsMs / 6))
}

/** Whatever happens, a soak ends: with the time to start everything, to stop the workers and to read the ledgers. */
export function longestSoakMs(faultsMs: number): number {
  return faultsMs + longestDrainMs(faultsMs) + 30_000
}
