import { callback, deadLetters, owner, results, stats } from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { endArgs, type EndInput } from './end-input.ts'

const verdictReplies = ['settled', 'already', 'taken', 'stale', 'missing'] as const

/** How a verdict was taken. `taken`: another callback has that ContactRequest; `stale`: somebody else was here as well. */
export type VerdictReply = (typeof verdictReplies)[number]

/** What became of an uncertain outcome in the end: counted in the stats. */
export type Verdict = 'verified-booked' | 'verified-not-booked' | 'held' | 'retried'

/** `attempt` is the uncertain one, `record` its record with the verdict. */
export interface VerifyInput extends EndInput {
  /** `retrying`: none was found. `asking`: nobody knows yet. */
  state: 'booked' | 'retrying' | 'asking' | 'dead'
  /** Of the next attempt, or of the next question. */
  nextAt: string | undefined
  verdict: Verdict | undefined
}

export const verify = defineScript<VerifyInput, VerdictReply>({
  name: 'verify',
  beside: import.meta.url,
  keys: { callback, results, deadLetters, stats, owner },
  args: [...endArgs, 'state', 'nextAt', 'verdict'],
  decode: (reply) => asOneOf(reply, verdictReplies),
})
