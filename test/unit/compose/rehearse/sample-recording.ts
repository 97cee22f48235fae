import type { Plan } from '../../../../src/compose/rehearse/plan.ts'
import type { Recording } from '../../../../src/compose/rehearse/recording.ts'

export const samplePlan: Plan = { outageMs: 40_000, arrivals: 1, spike: 60, rate: 10, workers: 2 }

/**
 * Salesforce is away from 5 s to 45 s; the breaker opens after two seconds, the fifth probe finds Salesforce back at 47 s, and
 * one callback of the spike expires. Nothing is wrong with it.
 */
export function sampleRecording(): Recording {
  const steady = Array.from({ length: 60 }, (_, nth) => ({
    id: `steady-${nth}`,
    atMs: nth * 1_000,
  }))
  const spike = Array.from({ length: 60 }, (_, nth) => ({ id: `spike-${nth}`, atMs: 18_000 }))
  const accepted = [...steady, ...spike].map((each) => ({ ...each, expiresMs: undefined }))
  const expiring = { id: 'expiring', atMs: 18_000, expiresMs: 38_000 }
  const early = steady.slice(0, 5).map(({ id, atMs }) => ({ id, atMs: atMs + 10 }))
  const late = [...spike, ...steady.slice(5, 58)].map(({ id }, nth) => ({
    id,
    atMs: 47_000 + nth * 100,
  }))
  const last = steady.slice(58).map(({ id, atMs }) => ({ id, atMs: atMs + 10 }))
  const bookings = [...early, ...late, ...last]
  const failed = [5_000, 5_200, 5_400, 6_000, 6_500, 8_000, 10_000, 14_000, 22_000, 38_000]
  const requests = [...failed, ...bookings.map(({ atMs }) => atMs)].toSorted((a, b) => a - b)
  const sample = { underWay: 0, openedMs: undefined }
  return {
    accepted: [...accepted, expiring],
    requests,
    bookings,
    otherEnds: [{ id: 'expiring', atMs: 40_000, reason: 'expired' }],
    samples: [
      { ...sample, atMs: 0, breaker: 'closed' },
      { ...sample, atMs: 7_100, breaker: 'open', openedMs: 7_000 },
      { ...sample, atMs: 47_100, breaker: 'ramp', openedMs: 7_000 },
      { ...sample, atMs: 50_000, breaker: 'closed' },
      { ...sample, atMs: 60_000, breaker: 'closed' },
    ],
    outageBeganMs: 5_000,
    outageEndedMs: 45_000,
    heldUpMs: 12,
  }
}
