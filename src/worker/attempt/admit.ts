import type { Instruction } from '../../queue/instruction.ts'

/** `hold`: the callback is due and not sent; `instruction` says what its job does meanwhile. */
export type Admission = { kind: 'admitted' } | { kind: 'hold'; instruction: Instruction }

/**
 * Whether an attempt may be opened now. Nothing holds one back yet: a pause, an open breaker, the pace and calling hours are
 * to be looked at here, where no attempt is counted and nothing was written, and each gives its reason with the hold.
 */
export function admit(): Admission {
  return { kind: 'admitted' }
}
