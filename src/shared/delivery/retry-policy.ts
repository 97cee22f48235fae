/** When an unavailable destination is tried again, and when that ends. Whichever budget is spent first ends it. */
export interface RetryPolicy {
  /** Counts the first attempt. */
  maxAttempts: number
  /** From the first attempt on. */
  maxRetryDurationMs: number
  backoff: Backoff
  /** How long after the first attempt a 404 is tried again: the VoiceCall may not exist yet. 0: never. */
  notFoundGraceMs: number
}

/** The wait before attempt n + 1 is drawn from 0 … min(maxMs, initialMs · factor^(n - 1)): full jitter. */
export interface Backoff {
  initialMs: number
  factor: number
  maxMs: number
}
