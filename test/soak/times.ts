/** Short, so that a soak of minutes sees what takes hours in production. What follows from what stands beside it. */
export const times = {
  lockMs: 3_000,
  attemptTimeoutMs: 2_000,
  /** Above every delay between a request and its booking, and above every lag of a search, that the weather brings. */
  verifyGraceMs: 3_000,
  shutdownDeadlineMs: 8_000,
  /** Frozen for longer than its lock: another one has taken over when it wakes up. */
  shortestFreezeMs: 4_000,
  longestFreezeMs: 10_000,
  /** An operator looks for a booking when every request that was under way must have come to something. */
  operatorPatienceMs: 8_000,
  /** A quarter of a second or so is what a busy network or disk adds to each command. */
  slowCommandMs: 200,
  drainPollMs: 2_000,
} as const

const shortestDrainMs = 20_000
const longestDrainOfAllMs = 180_000

/**
 * How long after the trouble what was accepted may take to its end. Locks, timeouts and backoffs are over within seconds;
 * only what the reconciler has to find (docs/guarantees.md) takes a minute or two.
 */
export function longestDrainMs(troubleMs: number): number {
  return Math.min(longestDrainOfAllMs, Math.max(shortestDrainMs, troubleMs / 6))
}

/** Whatever happens, a soak ends: with the time to stop the workers and to read everything. */
export function longestSoakMs(troubleMs: number): number {
  return troubleMs + longestDrainMs(troubleMs) * 1.5
}
