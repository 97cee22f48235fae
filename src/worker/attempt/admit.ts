import type { Instruction } from './context.ts'

/**
 * Whether an attempt may be opened now, or its job has to wait, and until when. Nothing makes it wait yet: a pause, an open
 * breaker, the pace and calling hours are to be looked at here, where no attempt is counted and nothing was written.
 */
export function admit(): Instruction | undefined {
  return undefined
}
