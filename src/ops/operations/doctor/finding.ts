/** `unknown`: it could not be looked at, and that is not a fault in itself. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'unknown'

/** What one check came to. */
export interface Finding {
  check: string
  verdict: Verdict
  message: string
  /** What to do about it; absent where nothing is to be done. */
  fix?: string
}
