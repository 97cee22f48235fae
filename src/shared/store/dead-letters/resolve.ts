import {
  callback,
  deadLetters,
  letterReasons,
  inbox,
  owner,
  results,
  stats,
} from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'

const resolveReplies = [
  'booked',
  'redriven',
  'cancelled',
  'missing',
  'not-uncertain',
  'taken',
] as const

export type ResolveReply = (typeof resolveReplies)[number]

export interface ResolveInput {
  id: string
  /** Undefined: it was not booked, and is to be sent again. */
  recordId: string | undefined
  now: string
  nowMs: number
  retentionMs: number
  ownerTtlMs: number
  decidedBy?: string | undefined
}

export const resolve = defineScript<ResolveInput, ResolveReply>({
  name: 'resolve',
  beside: import.meta.url,
  keys: { callback, inbox, results, deadLetters, letterReasons, stats, owner },
  args: ['id', 'recordId', 'now', 'nowMs', 'retentionMs', 'ownerTtlMs'],
  decode: (reply) => asOneOf(reply, resolveReplies),
})
