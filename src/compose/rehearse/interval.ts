import { countWithin, waitingOverTime, type Recording, type Sample } from './recording.ts'

/** A line of the report: what happened in a stretch of time, and how things stood at its end. */
export interface Interval {
  fromMs: number
  toMs: number
  phase: 'before' | 'away' | 'back'
  accepted: number
  booked: number
  expired: number
  /** Dead letters for any other reason. */
  dead: number
  /** Requests that reached Salesforce. */
  requests: number
  /** Accepted and not ended, at the end of it. */
  waiting: number
  /** At the end of it, as far as it was looked at. */
  underWay: number
  breaker: Sample['breaker']
}

export function intervalOf(recording: Recording, fromMs: number, toMs: number): Interval {
  const { accepted, bookings, otherEnds, requests, samples } = recording
  const within = (of: readonly { atMs: number }[]) =>
    countWithin(
      of.map(({ atMs }) => atMs),
      fromMs,
      toMs,
    )
  const sample = samples.findLast(({ atMs }) => atMs < toMs)
  return {
    fromMs,
    toMs,
    phase: phaseAt(recording, toMs),
    accepted: within(accepted),
    booked: within(bookings),
    expired: within(otherEnds.filter(({ reason }) => reason === 'expired')),
    dead: within(otherEnds.filter(({ reason }) => reason !== 'expired')),
    requests: countWithin(requests, fromMs, toMs),
    waiting: waitingOverTime(recording).findLast(({ atMs }) => atMs < toMs)?.waiting ?? 0,
    underWay: sample?.underWay ?? 0,
    breaker: sample?.breaker ?? 'closed',
  }
}

function phaseAt({ outageBeganMs, outageEndedMs }: Recording, atMs: number): Interval['phase'] {
  if (outageBeganMs === undefined || atMs <= outageBeganMs) return 'before'
  return outageEndedMs === undefined || atMs <= outageEndedMs ? 'away' : 'back'
}
