import { randomUUID } from 'node:crypto'

import type { Gate } from '../../queue/dispatch.ts'
import type { Admission } from '../../shared/delivery/admission.ts'
import type { DestinationStore } from '../../shared/redis/destination-store.ts'
import { admit } from '../../shared/store/control/admit.ts'
import { release } from '../../shared/store/control/release.ts'

export interface AdmissionContext {
  store: DestinationStore
  /** Attempts a second over all workers; undefined for no limit. */
  rate: number | undefined
  /** Attempts under way at once, over all workers; undefined for no limit. */
  maxInFlight: number | undefined
  /** Of the rate, for what is requested while a backlog drains. */
  livePercent: number
  /** How long an attempt of a worker that was lost counts as under way. */
  leaseMs: number
  /** Is told of every answer, so that somebody sees when a hold begins and ends. */
  onAdmission: (admission: Admission) => void
}

/**
 * How far ahead a moment is taken. With less, a busy machine loses moments at 100 a second; so many of them come at the old
 * pace when the rate is changed.
 */
const lookaheadMs = 100

/** Somebody who has come late gets a moment for certain: those that are taken are hardly further ahead. */
const putOffLookaheadMs = 1_000

/** Less than the lookahead, and more than Redis takes for an answer while it makes a thousand jobs due, and then another thousand. */
const mostLeadMs = 80
/** With each moment it becomes less: half of it is left after 140. */
const leadKept = 0.995

/**
 * The admit step, which stands before an attempt is opened and before its job is fetched: it knows the pause, the breaker, the
 * pace, and how many are under way. Where nothing is limited Redis is not asked again until begin finds that something is.
 */
export function createAdmission(context: AdmissionContext): Gate {
  const { store, rate, maxInFlight, livePercent, leaseMs, onAdmission } = context
  const limits = { rate, maxInFlight, livePercent, leaseMs }
  let free: Extract<Admission, { kind: 'free' }> | undefined
  let leadMs = 0
  return {
    admit: async (hasJob) => {
      if (free !== undefined) return free
      const admission = await admit(store, { claim: randomUUID(), hasJob, ...limits, lookaheadMs })
      if (admission.kind === 'free') free = admission
      if (admission.kind === 'go') leadMs *= leadKept
      onAdmission(admission)
      return admission
    },
    leadMs: () => leadMs,
    putOff: ({ claim = randomUUID() }) => {
      leadMs = mostLeadMs
      return admit(store, { claim, hasJob: true, ...limits, lookaheadMs: putOffLookaheadMs })
    },
    isFree: ({ version }) => free?.pass.version === version,
    recall: () => {
      free = undefined
    },
    release: async ({ claim, probeOf }) => {
      const isCounted = maxInFlight !== undefined || probeOf !== undefined
      if (isCounted && claim !== undefined) await release(store, { claim })
    },
  }
}
