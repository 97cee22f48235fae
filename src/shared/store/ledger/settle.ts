import { settlements, type Settlement, type UncertainFollowUp } from '../../delivery/settlement.ts'
import type { Signal } from '../../delivery/signal.ts'
import {
  breaker,
  callback,
  control,
  deadLetters,
  letterReasons,
  flow,
  owner,
  recent,
  results,
  retrying,
  schedule,
  stats,
} from '../../redis/destination-keys.ts'
import { asOneOf } from '../../redis/reply.ts'
import { defineScript } from '../../redis/script.ts'
import { endArgs, type EndInput } from './end-input.ts'

/** `attempt` 0: the callback ends without one. */
export interface SettleInput extends EndInput {
  generation: number
  state: 'retrying' | 'booked' | 'dead'
  nextAttemptAt: string | undefined
  keptRecords: number
  /** When an attempt began that is to be verified before anything else happens. */
  uncertainSince: string | undefined
  followed: UncertainFollowUp | undefined
  /** What the attempt came to, as in `booked` or `unavailable:connect`: counted for a while. */
  recentOutcome: string | undefined
  /** What it says about the destination as a whole. */
  signal?: Signal | undefined
  retryAfterMs?: number | undefined
  /** As breaker.lua has them; undefined: the destination has no breaker. */
  breakerRules?: string | undefined
}

export const settle = defineScript<SettleInput, Settlement>({
  name: 'settle',
  beside: import.meta.url,
  keys: {
    callback,
    results,
    deadLetters,
    letterReasons,
    stats,
    owner,
    recent,
    flow,
    retrying,
    control,
    breaker,
    schedule,
  },
  args: [
    ...endArgs,
    'generation',
    'state',
    'nextAttemptAt',
    'keptRecords',
    'uncertainSince',
    'followed',
    'recentOutcome',
    'signal',
    'retryAfterMs',
    'breakerRules',
  ],
  decode: (reply) => asOneOf(reply, settlements),
})
