import type { IntentInput } from '../../src/producer/index.ts'
import { isoTimestamp } from '../../src/shared/time/timestamp.ts'
import { seededIntegers } from '../support/seeded.ts'
import { served, stray, type DestinationName } from './destinations.ts'

/** How it is submitted: by the library, or by a raw XADD as a client in any language does it. */
type Way = 'library' | 'raw'

/** One thing that a producer submits. The same callback may be submitted twice. */
export interface Submission {
  atMs: number
  id: string
  destination: DestinationName
  way: Way
  callbackNumber: string
  delayMs: number | undefined
  expiresAtMs: number | undefined
  /** No intent at all: it must become a dead letter. */
  invalid: boolean
}

export interface SubmissionPlan {
  seed: number
  callbacks: number
  durationMs: number
}

type Draw = (least: number, most: number) => number

/** At the end nothing comes in any more, and the faults go on. */
const longestQuietMs = 15_000

/** Pure: callbacks spread evenly over the time, in order. About one in twenty comes a second time. */
export function planSubmissions({ seed, callbacks, durationMs }: SubmissionPlan): Submission[] {
  const draw = seededIntegers(seed)
  const busyMs = durationMs - Math.min(longestQuietMs, durationMs / 6)
  const planned = Array.from({ length: callbacks }, (_, index) => {
    const atMs = Math.floor((index / callbacks) * busyMs)
    const submission = planOne(draw, index, atMs)
    const repeats = !submission.invalid && oneIn(draw, 20)
    return repeats ? [submission, again(draw, submission)] : [submission]
  })
  return planned.flat().toSorted((a, b) => a.atMs - b.atMs)
}

function planOne(draw: Draw, index: number, atMs: number): Submission {
  const destination = oneIn(draw, 20) ? stray : pick(draw, served)
  const invalid = oneIn(draw, 100)
  const way = invalid || oneIn(draw, 3) ? 'raw' : 'library'
  return {
    // Only as long as nothing newer is in the stream does Redis take an entry id of the past.
    atMs: destination === stray && way === 'raw' ? 0 : atMs,
    id: `${destination}-${index}`,
    destination,
    way,
    // One in fifty is the number of a callback just before: two of one customer under way at once.
    callbackNumber: numberOf(oneIn(draw, 50) ? Math.max(0, index - draw(1, 5)) : index),
    delayMs: oneIn(draw, 5) ? draw(1, 3_000) : undefined,
    expiresAtMs: oneIn(draw, 25) ? atMs + draw(3_100, 8_000) : undefined,
    invalid,
  }
}

/** All but those that may be too late already when their turn comes: those may be refused. */
export function idsToBeAccepted(submissions: Iterable<Submission>): string[] {
  const sure = [...submissions].filter(({ expiresAtMs }) => expiresAtMs === undefined)
  return [...new Set(sure.map(({ id }) => id))]
}

/** The same callback, by the other way, at once or some time after: it may have ended. */
function again(draw: Draw, submission: Submission): Submission {
  const way = submission.way === 'raw' ? 'library' : 'raw'
  return { ...submission, way, atMs: submission.atMs + draw(0, longestQuietMs) }
}

/** What goes in as JSON. The call's id is the callback's, so that bookings are found by it. */
export function intentOf(submission: Submission, startedAtMs: number): IntentInput {
  const { id, callbackNumber, delayMs, expiresAtMs, invalid } = submission
  return {
    id,
    callId: id,
    callbackNumber: invalid ? 'unknown' : callbackNumber,
    ...(delayMs !== undefined && { delay: delayMs }),
    ...(expiresAtMs !== undefined && {
      expiresAt: isoTimestamp(startedAtMs + expiresAtMs),
    }),
  }
}

function numberOf(index: number): string {
  return `+1${2_000_000_000 + index}`
}

function pick<Item>(draw: Draw, [first, ...others]: readonly [Item, ...Item[]]): Item {
  return others[draw(0, others.length) - 1] ?? first
}

function oneIn(draw: Draw, count: number): boolean {
  return draw(1, count) === 1
}
