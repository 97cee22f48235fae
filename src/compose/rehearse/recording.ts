import type { Clock } from '../../shared/time/clock.ts'

/** What was seen of a rehearsal. Times are ms since its start. */
export interface Recording {
  accepted: Acceptance[]
  /** Arrivals at Salesforce, whatever they came to. */
  requests: number[]
  bookings: Booking[]
  /** Of callbacks that were not booked. */
  otherEnds: OtherEnd[]
  samples: Sample[]
  outageBeganMs: number | undefined
  outageEndedMs: number | undefined
  /** How long this process, which is Salesforce as well, was kept from running at a stretch. */
  heldUpMs: number
}

export interface Acceptance {
  id: string
  atMs: number
  /** After this it must not be sent. */
  expiresMs: number | undefined
}

export interface Booking {
  id: string
  atMs: number
}

export interface OtherEnd {
  id: string
  atMs: number
  reason: string
}

/** What Redis said at a moment. */
export interface Sample {
  atMs: number
  breaker: 'closed' | 'open' | 'half-open' | 'ramp'
  /** When the breaker opened, while it is not closed. */
  openedMs: number | undefined
  /** Attempts in the hands of a worker. */
  underWay: number
}

export interface Recorder {
  recording: Recording
  /** Ms since the start. */
  now: () => number
  /** Of a moment by the machine's clock. */
  at: (epochMs: number) => number
  /** Before the callback is sent on its way: it may be booked before its submitter has the answer. */
  noteSubmission: () => void
  noteAcceptance: (acceptance: Acceptance) => void
  noteBooking: (booking: Booking) => void
  noteOtherEnd: (end: OtherEnd) => void
  /** Submitted and not ended, as far as is known by now. */
  waiting: () => number
}

export function startRecorder(clock: Clock): Recorder {
  const startedMs = clock.monotonic()
  const epochMs = clock.now()
  const recording = emptyRecording()
  let submitted = 0
  const ended = new Set<string>()
  return {
    recording,
    now: () => clock.monotonic() - startedMs,
    at: (ms) => ms - epochMs,
    noteSubmission: () => void (submitted += 1),
    noteAcceptance: (acceptance) => void recording.accepted.push(acceptance),
    noteBooking: (booking) => {
      recording.bookings.push(booking)
      ended.add(booking.id)
    },
    noteOtherEnd: (end) => {
      recording.otherEnds.push(end)
      ended.add(end.id)
    },
    waiting: () => submitted - ended.size,
  }
}

function emptyRecording(): Recording {
  return {
    accepted: [],
    requests: [],
    bookings: [],
    otherEnds: [],
    samples: [],
    outageBeganMs: undefined,
    outageEndedMs: undefined,
    heldUpMs: 0,
  }
}

/** How many callbacks were accepted and not ended at each moment at which that changed, in the order of time. */
export function waitingOverTime({ accepted, bookings, otherEnds }: Recording): WaitingAt[] {
  const changes = [
    ...accepted.map(({ atMs }) => ({ atMs, by: 1 })),
    ...firstEnds([...bookings, ...otherEnds]).map(({ atMs }) => ({ atMs, by: -1 })),
  ].toSorted((a, b) => a.atMs - b.atMs || b.by - a.by)
  let waiting = 0
  return changes.map(({ atMs, by }) => ({ atMs, waiting: (waiting += by) }))
}

export interface WaitingAt {
  atMs: number
  waiting: number
}

/** A callback that was booked twice ended once. */
function firstEnds(ends: readonly { id: string; atMs: number }[]): { atMs: number }[] {
  const first = new Map<string, number>()
  for (const { id, atMs } of ends) first.set(id, Math.min(atMs, first.get(id) ?? Infinity))
  return [...first.values()].map((atMs) => ({ atMs }))
}

/** How many of these times lie from `fromMs` on and before `toMs`. */
export function countWithin(times: readonly number[], fromMs: number, toMs: number): number {
  return times.filter((time) => time >= fromMs && time < toMs).length
}
