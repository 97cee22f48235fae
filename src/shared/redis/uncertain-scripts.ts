import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  recordKey,
  resultsKey,
  statsKey,
  type Place,
} from './keys.ts'
import type { Redis } from './connection.ts'
import { asOneOf } from './reply.ts'
import { defineScript } from './script.ts'
import type { SettleInput } from './scripts.ts'

const verdictReplies = ['settled', 'already', 'taken', 'stale', 'missing'] as const

/** How a verdict was taken. `taken`: another callback has that ContactRequest; `stale`: somebody else was here as well. */
export type VerdictReply = (typeof verdictReplies)[number]

type OnlyOfSettle =
  | 'generation'
  | 'state'
  | 'nextAttemptAt'
  | 'keptRecords'
  | 'uncertainSince'
  | 'followed'
  | 'recent'

/** `attempt` is the uncertain one, `record` its record with the verdict. */
export interface VerifyInput extends Omit<SettleInput, OnlyOfSettle> {
  /** `retrying`: none was found. `asking`: nobody knows yet. */
  state: 'booked' | 'retrying' | 'asking' | 'dead'
  /** Of the next attempt, or of the next question. */
  nextAt: string | undefined
  verdict: Verdict | undefined
}

/** What became of an uncertain outcome in the end: counted in the stats. */
export type Verdict = 'verified-booked' | 'verified-not-booked' | 'held' | 'retried'

export const verify = defineScript<VerifyInput, VerdictReply>({
  files: ['oldest-result', 'ending', 'verify'],
  keys: ({ place, id, recordId }) => [
    callbackKey(place, id),
    resultsKey(place),
    deadLettersKey(place),
    statsKey(place),
    recordKey(place, recordId ?? ''),
  ],
  args: (input) => [
    input.id,
    input.attempt,
    input.record,
    input.state,
    input.now,
    input.nowMs,
    input.recordId ?? '',
    input.reason ?? '',
    input.code ?? '',
    input.message ?? '',
    input.nextAt ?? '',
    input.possibleDuplicate ? '1' : '',
    input.retentionMs,
    input.oldestResult,
    input.attributes ?? '',
    input.recordTtlMs,
    input.verdict ?? '',
  ],
  decode: (reply) => asOneOf(reply, verdictReplies),
})

const resolveReplies = ['booked', 'redriven', 'missing', 'not-uncertain', 'taken'] as const

export type ResolveReply = (typeof resolveReplies)[number]

export interface ResolveInput {
  place: Place
  id: string
  /** Undefined: it was not booked, and is to be sent again. */
  recordId: string | undefined
  now: string
  nowMs: number
  retentionMs: number
  oldestResult: string
  recordTtlMs: number
}

export const resolve = defineScript<ResolveInput, ResolveReply>({
  files: ['oldest-result', 'ending', 'redriving', 'resolve'],
  keys: ({ place, id, recordId }) => [
    callbackKey(place, id),
    inboxKey(place),
    resultsKey(place),
    deadLettersKey(place),
    statsKey(place),
    recordKey(place, recordId ?? ''),
  ],
  args: ({ id, recordId, now, nowMs, retentionMs, oldestResult, recordTtlMs }) => [
    id,
    recordId ?? '',
    now,
    retentionMs,
    oldestResult,
    recordTtlMs,
    nowMs,
  ],
  decode: (reply) => asOneOf(reply, resolveReplies),
})

/** Of these ContactRequests those that no callback of ours is known by. */
export async function unownedRecords(
  redis: Redis,
  place: Place,
  recordIds: readonly string[],
): Promise<string[]> {
  if (recordIds.length === 0) return []
  const owners = await redis.mget(recordIds.map((recordId) => recordKey(place, recordId)))
  return recordIds.filter((_, index) => owners[index] === null)
}
