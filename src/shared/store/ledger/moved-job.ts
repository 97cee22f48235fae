import { epochMsOf } from '../../time/timestamp.ts'
import type { MovedCallback } from './reschedule.ts'
import { decodeStoredIntent } from './stored-intent.ts'

/** What its job on the queue is to be like from now on. */
export interface MovedJob {
  id: string
  generation: number
  priority: number | undefined
  requestedAtMs: number
  delayMs: number
}

/** Undefined: the bridge is yet to add the job, and asks the ledger when it is due. */
export function movedJob(id: string, moved: MovedCallback): MovedJob | undefined {
  const { state, generation, acceptedAt, waitMs } = moved
  if (state === 'accepted') return undefined
  const { priority, requestedAt = acceptedAt } = decodeStoredIntent(moved.intent)
  return { id, generation, priority, requestedAtMs: epochMsOf(requestedAt), delayMs: waitMs }
}
