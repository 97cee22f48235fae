import { verdictReplies, type Verdict, type VerdictReply } from '../../delivery/settlement.ts'
import {
  callback,
  deadLetters,
  letterReasons,
  owner,
  results,
  retrying,
  stats,
} from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { endArgs, type EndInput } from './end-input.ts'

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
  keys: { callback, results, deadLetters, letterReasons, stats, owner, retrying },
  args: [...endArgs, 'state', 'nextAt', 'verdict'],
  decode: (reply) => asOneOf(reply, verdictReplies),
})
