/**
 * How what an attempt came to was recorded. `cancelled`: it was not booked, and somebody had cancelled it meanwhile. Everything
 * but these and `already` means that another worker was here as well.
 */
export const settlements = [
  'settled',
  'cancelled',
  'already',
  'late-booking',
  'double-booking',
  'stale',
  'missing',
] as const

export type Settlement = (typeof settlements)[number]

/** What follows an uncertain outcome: counted in the stats. */
export type UncertainFollowUp = 'retried' | 'held' | 'verifying' | 'ended'

/** How a verdict was recorded. `taken`: another callback has that ContactRequest; `stale`: somebody else was here as well. */
export const verdictReplies = [
  'settled',
  'cancelled',
  'already',
  'taken',
  'stale',
  'missing',
] as const

export type VerdictReply = (typeof verdictReplies)[number]

/** What became of an uncertain outcome in the end: counted in the stats. */
export type Verdict = 'verified-booked' | 'verified-not-booked' | 'held' | 'retried'

/** What keeps this version from reading a ledger. */
export const ledgerProblems = [
  'wrong-type',
  'unknown-version',
  'unknown-state',
  'unknown-generation',
  'unknown-time',
] as const

export type LedgerProblem = (typeof ledgerProblems)[number]
