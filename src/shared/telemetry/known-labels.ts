import { deadReasons } from '../contract/states.ts'
import { sameNumberRanges } from '../contract/same-number-ranges.ts'
import type { UncertainFollowUp } from '../delivery/settlement.ts'
import type { AttemptVerified, ReconciliationProblem, TokenResult } from './events.ts'

/** Records, so that a value that is added to a type and not here does not compile. */
const followUps: Record<UncertainFollowUp, true> = {
  retried: true,
  held: true,
  verifying: true,
  ended: true,
}
const verdicts: Record<AttemptVerified['verdict'], true> = {
  'verified-booked': true,
  'verified-not-booked': true,
  held: true,
  retried: true,
  unknown: true,
}
const problems: Record<ReconciliationProblem, true> = {
  'wrong-type': true,
  'unknown-version': true,
  'unknown-state': true,
  'unknown-generation': true,
  'unknown-time': true,
  'unreadable-intent': true,
  'unreadable-job': true,
}

const tokenResults: Record<TokenResult, true> = { granted: true, failed: true, unavailable: true }

/** Every value that a label of the counters can have, where that is known beforehand. Codes of attempts are not. */
export const knownLabels = {
  outcome: ['booked', 'refused', 'unavailable', 'uncertain'],
  result: ['scheduled', 'duplicate', 'fulfilled', 'buried'],
  ends: [
    { state: 'booked', reason: '' },
    ...deadReasons.map((reason) => ({ state: 'dead', reason })),
    { state: 'cancelled', reason: '' },
  ],
  nth: sameNumberRanges,
  followed: Object.keys(followUps),
  verdict: Object.keys(verdicts),
  problem: Object.keys(problems),
  token: Object.keys(tokenResults),
  repair: ['relisted', 'unlisted'],
  part: ['bridge', 'processor', 'maintenance', 'settlement', 'redis'],
} as const
