import type { Plan } from './plan.ts'
import { countWithin, waitingOverTime, type Booking, type Recording } from './recording.ts'
import { firstTimeWith, mostWithin } from './sliding-window.ts'

/** What a rehearsal came to. Counts, and lengths of time in ms; undefined: it did not come to that. */
export interface Summary {
  accepted: number
  booked: number
  expired: number
  /** Dead letters for any other reason. */
  dead: number
  /** Accepted, and of which nobody knows an end. */
  lost: number
  /** Bookings beyond the first of a callback. */
  duplicates: number
  /** Bookings made later than {@link onItsWayMs} after the callback had expired. */
  bookedLate: number
  /** Requests in the busiest second, wherever it begins. */
  highestRate: number
  /** How long the rehearsal's own process was kept from running, at most. */
  heldUpMs: number
  outage: OutageSummary
  recovery: RecoverySummary
}

/** Requests that reached Salesforce while it was away. */
export interface OutageSummary {
  requests: number
  /** From the beginning of the outage until the breaker was open. */
  openedAfterMs: number | undefined
  /** In its first {@link growingMs} with the breaker open: probes, at growing intervals. */
  firstProbes: number
  /** After those. */
  laterProbes: number
  /** How long after those the outage lasted. */
  laterMs: number
}

/** What counts from the moment at which Salesforce was back. */
export interface RecoverySummary {
  backlog: number | undefined
  /** The first booking: the probe. */
  firstBookingMs: number | undefined
  /** Until the last second had at least 95 % of the rate. */
  fullRateMs: number | undefined
  /** Until nothing was waiting. */
  drainedMs: number | undefined
  /** From the full rate on. */
  atFullRate: FullRateDrain | undefined
}

export interface FullRateDrain {
  /** What was waiting then, and what was accepted until nothing was. */
  callbacks: number
  tookMs: number
  /** That many divided by the rate. */
  expectedMs: number
}

/** Probes wait 1, 2, 4 and 8 seconds at first, and then longer than ten. */
export const growingMs = 15_000
/** An attempt begins before the callback expires, and its request arrives after it has begun. */
const onItsWayMs = 1_000
const fullShare = 0.95

export function summarize(recording: Recording, plan: Plan): Summary {
  const { accepted, bookings, otherEnds, requests, heldUpMs } = recording
  const booked = new Set(bookings.map(({ id }) => id))
  const expired = new Set(endsFor(otherEnds, (reason) => reason === 'expired'))
  const dead = new Set(endsFor(otherEnds, (reason) => reason !== 'expired'))
  const expiry = new Map(accepted.map(({ id, expiresMs }) => [id, expiresMs ?? Infinity]))
  const isLate = ({ id, atMs }: Booking) => atMs > (expiry.get(id) ?? Infinity) + onItsWayMs
  const hasEnded = (id: string) => booked.has(id) || expired.has(id) || dead.has(id)
  return {
    accepted: accepted.length,
    booked: booked.size,
    expired: expired.size,
    dead: dead.size,
    lost: accepted.filter(({ id }) => !hasEnded(id)).length,
    duplicates: bookings.length - booked.size,
    bookedLate: bookings.filter(isLate).length,
    highestRate: mostWithin(1_000, requests),
    heldUpMs,
    outage: outageOf(recording),
    recovery: recoveryOf(recording, plan),
  }
}

function endsFor(ends: Recording['otherEnds'], counts: (reason: string) => boolean): string[] {
  return ends.filter(({ reason }) => counts(reason)).map(({ id }) => id)
}

function outageOf({ requests, samples, outageBeganMs, outageEndedMs }: Recording): OutageSummary {
  const beganMs = outageBeganMs ?? Infinity
  const endedMs = outageEndedMs ?? Infinity
  const opened = samples.find(({ openedMs }) => openedMs !== undefined && openedMs >= beganMs)
  const openedMs = opened?.openedMs
  const laterFromMs = Math.min(endedMs, (openedMs ?? Infinity) + growingMs)
  return {
    requests: countWithin(requests, beganMs, endedMs),
    openedAfterMs: openedMs === undefined ? undefined : openedMs - beganMs,
    firstProbes: countWithin(requests, openedMs ?? Infinity, laterFromMs),
    laterProbes: countWithin(requests, laterFromMs, endedMs),
    laterMs: endedMs - laterFromMs,
  }
}

function recoveryOf(recording: Recording, { rate }: Plan): RecoverySummary {
  const { bookings, requests, accepted, outageEndedMs: backMs } = recording
  if (backMs === undefined) return { ...notRecovered }
  const waiting = waitingOverTime(recording)
  const isSince = (fromMs: number) => (atMs: number) => atMs >= fromMs
  const since = isSince(backMs)
  const waitingAt = (ms: number) => waiting.findLast(({ atMs }) => atMs <= ms)?.waiting ?? 0
  const firstBooking = bookings.find(({ atMs }) => since(atMs))?.atMs
  const drainedAt = waiting.find((each) => since(each.atMs) && each.waiting === 0)?.atMs
  // At a slow rate a second is too short to tell.
  const windowMs = Math.max(1_000, 10_000 / rate)
  const count = Math.max(2, Math.floor((fullShare * rate * windowMs) / 1_000))
  const fullAt = firstTimeWith({ windowMs, count }, requests.filter(since))
  const after = (ms: number | undefined) => (ms === undefined ? undefined : ms - backMs)
  const isFull = fullAt !== undefined && drainedAt !== undefined && drainedAt > fullAt
  const came = isFull ? accepted.filter(({ atMs }) => atMs > fullAt && atMs <= drainedAt) : []
  const callbacks = isFull ? waitingAt(fullAt) + came.length : 0
  return {
    backlog: waitingAt(backMs),
    firstBookingMs: after(firstBooking),
    fullRateMs: after(fullAt),
    drainedMs: after(drainedAt),
    atFullRate: isFull
      ? { callbacks, tookMs: drainedAt - fullAt, expectedMs: (1_000 * callbacks) / rate }
      : undefined,
  }
}

const notRecovered = {
  backlog: undefined,
  firstBookingMs: undefined,
  fullRateMs: undefined,
  drainedMs: undefined,
  atFullRate: undefined,
}
