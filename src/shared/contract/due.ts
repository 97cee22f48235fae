import { epochMsOf, isoTimestamp } from '../time/timestamp.ts'
import { maxHoldMs } from './delay.ts'
import type { Intent } from './intent.ts'
import type { Problem } from '../errors/problem.ts'

/** When the first attempt may be made, given when the intent was accepted. Both in epoch ms. */
export function dueAtMs(intent: Intent, acceptedAtMs: number): number {
  if (intent.delay !== undefined) return acceptedAtMs + intent.delay
  if (intent.notBefore !== undefined) return Math.max(acceptedAtMs, epochMsOf(intent.notBefore))
  return acceptedAtMs
}

/** What makes an otherwise valid intent pointless at the moment it is accepted, if anything does. */
export function timingProblem(intent: Intent, acceptedAtMs: number): Problem | undefined {
  return holdProblem(intent, acceptedAtMs) ?? expiryProblem(intent, dueAtMs(intent, acceptedAtMs))
}

export function holdProblem(intent: Intent, acceptedAtMs: number): Problem | undefined {
  if (dueAtMs(intent, acceptedAtMs) - acceptedAtMs <= maxHoldMs) return undefined
  return { field: 'notBefore', message: 'must be at most 366 days ahead' }
}

/** `due` is the ledger's where there is one: a redriven callback is not delayed anew. */
export function expiryProblem(intent: Intent, due: number): Problem | undefined {
  if (intent.expiresAt === undefined || epochMsOf(intent.expiresAt) > due) return undefined
  const message = `is not after ${isoTimestamp(due)}, when the callback would be due`
  return { field: 'expiresAt', message }
}
