import { defaultRampMs, scheduleOf, type Plan } from './plan.ts'
import { growingMs, type Summary } from './summary.ts'

/** What a rehearsal is to show, and whether it did. */
export interface Goal {
  name: string
  /** In words: what is asked for. */
  asked: string
  /** In words: what it came to. */
  came: string
  /** `unseen`: it did not come to where this can be told. */
  verdict: 'met' | 'missed' | 'unseen'
}

const recoveryLimitMs = 120_000
const drainTolerance = 0.05
/** Of fewer, the one that is sent a moment early or late is too large a part. */
const fewestDrained = 50
/** At 1, 3, 7 and 15 seconds. */
const mostFirstProbes = 4

export function judge(summary: Summary, plan: Plan): Goal[] {
  const { dead, duplicates, lost, bookedLate } = summary
  return [
    none('dead letters', 'no dead letter but for what expired', dead),
    none('lost', 'every callback comes to an end', lost),
    none('duplicates', 'no callback is booked twice', duplicates),
    none('booked late', 'no callback is booked a second after its expiry or later', bookedLate),
    whileAway(summary),
    highestRate(summary, plan),
    fullRate(summary, plan),
    drain(summary),
  ]
}

function none(name: string, asked: string, count: number): Goal {
  return { name, asked, came: String(count), verdict: metIf(count === 0) }
}

function whileAway({ outage }: Summary): Goal {
  const { openedAfterMs, firstProbes, laterProbes, laterMs } = outage
  const seconds = growingMs / 1_000
  const goal = {
    name: 'requests while away',
    asked: `at most ${mostFirstProbes} in the first ${seconds} s of the open breaker, then fewer than 1 in 10 s`,
  }
  if (openedAfterMs === undefined) {
    return { ...goal, came: 'the breaker did not open', verdict: 'missed' }
  }
  const later = `${laterProbes} in the ${inSeconds(laterMs)} after`
  // One of them falls into a stretch of any length.
  const isRare = laterProbes <= 1 || laterProbes < laterMs / 10_000
  return {
    ...goal,
    came: `${firstProbes}, then ${later}`,
    verdict: metIf(firstProbes <= mostFirstProbes && isRare),
  }
}

function highestRate({ highestRate: most }: Summary, { rate }: Plan): Goal {
  // What a timer of 1 ms and the way to Salesforce may push together grows with the rate.
  const more = rate < 100 ? 1 : 3
  return {
    name: 'highest rate',
    asked: `at most ${Math.ceil(rate) + more} in any second: the limit and ${more}`,
    came: String(most),
    verdict: metIf(most <= Math.ceil(rate) + more),
  }
}

function fullRate({ recovery }: Summary, plan: Plan): Goal {
  const { rampMs } = scheduleOf(plan)
  const limitMs = recoveryLimitMs - (defaultRampMs - rampMs)
  const goal = {
    name: 'full rate',
    asked: `within ${inSeconds(limitMs)} of recovery: two minutes, less what the ramp is shorter by`,
  }
  const { fullRateMs, drainedMs } = recovery
  if (fullRateMs !== undefined) {
    return { ...goal, came: inSeconds(fullRateMs), verdict: metIf(fullRateMs <= limitMs) }
  }
  if (drainedMs === undefined) return { ...goal, came: 'not reached', verdict: 'missed' }
  return { ...goal, came: 'all was sent before', verdict: 'unseen' }
}

function drain({ recovery }: Summary): Goal {
  const { drainedMs, atFullRate } = recovery
  const percent = 100 * drainTolerance
  const goal = {
    name: 'drain',
    asked: `within ${percent} % of the backlog divided by the rate, at the full rate`,
  }
  if (drainedMs === undefined) return { ...goal, came: 'not drained', verdict: 'missed' }
  if (atFullRate === undefined) return { ...goal, came: 'all was sent before', verdict: 'unseen' }
  const { callbacks, tookMs, expectedMs } = atFullRate
  if (callbacks < fewestDrained) {
    return { ...goal, came: `too few to tell: ${callbacks}`, verdict: 'unseen' }
  }
  const offMs = tookMs - expectedMs
  const isNear = Math.abs(offMs) <= drainTolerance * expectedMs
  return { ...goal, came: signedPercent(offMs / expectedMs), verdict: metIf(isNear) }
}

export function signedPercent(share: number): string {
  return `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(1)} %`
}

export function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function metIf(isMet: boolean): Goal['verdict'] {
  return isMet ? 'met' : 'missed'
}
