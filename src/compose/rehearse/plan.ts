/** What is rehearsed. */
export interface Plan {
  /** How long Salesforce is away. Stands for a day. */
  outageMs: number
  /** Callbacks accepted a second, all the time. */
  arrivals: number
  /** Callbacks accepted at once, in the middle of the outage. */
  spike: number
  /** Attempts a second, over all workers. */
  rate: number
  workers: number
}

/** What follows from the plan: times of the rehearsal, each compressed as the day is. */
export interface Schedule {
  /** How long all is well at first. */
  beforeMs: number
  /** After the beginning of the outage. */
  spikeAfterMs: number
  /** A line of the report. */
  stepMs: number
  /** The ramp of the breaker, which is a minute by default. */
  rampMs: number
  /** How long the callbacks that expire are worth a call. */
  expiresAfterMs: number
}

/** One in so many callbacks expires. */
export const expiringOneIn = 10

const hoursOfTheDay = 24
const leastMs = 1_000
/** By default (src/shared/config/features/breaker.ts). */
export const defaultRampMs = 60_000

export function scheduleOf({ outageMs }: Pick<Plan, 'outageMs'>): Schedule {
  const hourMs = Math.max(leastMs, outageMs / hoursOfTheDay)
  return {
    beforeMs: 2 * hourMs,
    spikeAfterMs: outageMs / 3,
    stepMs: hourMs,
    rampMs: Math.round(Math.min(defaultRampMs, 2 * hourMs)),
    expiresAfterMs: outageMs / 2,
  }
}

/**
 * How long the rehearsal may take until it counts as stuck: what has come in is sent at the rate that live callbacks leave, and
 * the last probe may wait as long as the outage was, a minute at most.
 */
export function patienceMs(plan: Plan): number {
  const { outageMs, arrivals, spike, rate } = plan
  const { beforeMs, rampMs } = scheduleOf(plan)
  const probeWaitMs = Math.min(outageMs, 60_000)
  const backlog = ((outageMs + probeWaitMs + rampMs) / 1_000) * arrivals + spike
  const drainMs = (1_000 * backlog) / (rate - arrivals)
  return beforeMs + outageMs + probeWaitMs + rampMs + 2 * drainMs + 30_000
}
