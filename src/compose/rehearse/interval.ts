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

const counted = ['accepted', 'booked', 'expired', 'dead', 'requests'] as const

/**
 * The intervals as they are told of while they pass, each by its end. What has come to light since its own is in the next one,
 * so that together they hold all that there was.
 */
export function intervalsAsTheyPass(recording: Recording): (toMs: number) => Interval {
  let told = intervalOf(recording, 0, 0)
  return (toMs) => {
    const all = intervalOf(recording, 0, toMs)
    const fresh = Object.fromEntries(counted.map((name) => [name, all[name] - told[name]]))
    const interval = { ...all, ...fresh, fromMs: told.toMs }
    told = all
    return interval
  }
}

function phaseAt({ outageBeganMs, outageEndedMs }: Recording, atMs: number): Interval['phase'] {
  if (outageBeganMs === undefined || atMs <= outageBeganMs) return 'before'
  return outageEndedMs === undefined || atMs <= outageEndedMs ? 'away' : 'back'
}
