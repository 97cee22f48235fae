import { outstandingOf, type Run } from '../../../shared/store/runs/run-record.ts'
import type { RunFilter } from '../../../shared/store/runs/run-filter.ts'
import type { RunKind, RunState, StateWhy } from '../../../shared/store/runs/run-kinds.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'

/** A plan or a run as it is shown. Times are ISO. */
export interface ShownRun {
  id: string
  kind: RunKind
  destination: string
  state: RunState
  /** Why it waits, or was paused. */
  stateWhy?: StateWhy
  stateBy?: string
  stateReason?: string
  counts: ShownCounts
  filter: ShownFilter
  byReason: Record<string, number>
  byCode: Record<string, number>
  byHour: Record<string, number>
  oldest?: string
  newest?: string
  /** Left out: past their `expiresAt`. */
  expired: number
  /** Selected, and past it before their turn at this rate. */
  expiring: number
  mayBeBooked: number
  unsendable: number
  /** Callbacks a second. */
  rate: number | 'none'
  /** How long what remains takes at that rate, where there is one. */
  takesMs?: number
  canary?: number
  createdAt: string
  createdBy?: string
  reason?: string
  startedAt?: string
  startedBy?: string
  endedAt?: string
  /** Of a destination in partitions: those of them in which something is selected. What is above is their sum. */
  partitions?: ShownRun[]
}

export interface ShownCounts {
  selected: number
  sent: number
  /** Of those that were sent: on their way. */
  outstanding: number
  /** Sent, and never an intent: each went in as an entry of its own, whose end is not counted here. */
  notFollowed: number
  booked: number
  dead: number
  cancelled: number
  skipped: number
  /** Among the skipped, of a replay that verifies: Salesforce still has the ContactRequest, or cannot say whether it has. */
  stillBooked?: number
  unclear?: number
  remaining: number
}

/** Of numbers and attributes no more than that they are asked for. */
export interface ShownFilter {
  reason?: string
  code?: string
  text?: string
  state?: string
  since?: string
  until: string
  acceptedSince?: string
  acceptedUntil?: string
  attributes?: string[]
  number?: true
  possibleDuplicates: boolean
  /** Salesforce is asked about each before it is sent. */
  verify?: true
}

export function showRun(run: Run, destination: string): ShownRun {
  const { id, kind, state, overview, pace } = run
  const { oldestMs, newestMs, ...counted } = overview
  const counts = showCounts(run)
  return {
    id,
    kind,
    destination,
    state,
    ...showStanding(run),
    counts,
    filter: showFilter(run),
    ...counted,
    ...(oldestMs !== undefined && { oldest: isoTimestamp(oldestMs) }),
    ...(newestMs !== undefined && { newest: isoTimestamp(newestMs) }),
    rate: pace.rate ?? 'none',
    ...(pace.rate !== undefined && { takesMs: Math.round((counts.remaining / pace.rate) * 1_000) }),
    ...(pace.canary !== undefined && { canary: pace.canary }),
    ...showStory(run),
  }
}

function showStanding({ stateWhy, stateBy, stateReason }: Run) {
  return {
    ...(stateWhy !== undefined && { stateWhy }),
    ...(stateBy !== undefined && { stateBy }),
    ...(stateReason !== undefined && { stateReason }),
  }
}

function showStory({ createdAtMs, createdBy, why, startedAtMs, startedBy, endedAtMs }: Run) {
  return {
    createdAt: isoTimestamp(createdAtMs),
    ...(createdBy !== undefined && { createdBy }),
    ...(why !== undefined && { reason: why }),
    ...(startedAtMs !== undefined && { startedAt: isoTimestamp(startedAtMs) }),
    ...(startedBy !== undefined && { startedBy }),
    ...(endedAtMs !== undefined && { endedAt: isoTimestamp(endedAtMs) }),
  }
}

/** When a run is done, what it has not sent had changed before it came to it. */
function showCounts(run: Run): ShownCounts {
  const { selected, sent, booked, dead, cancelled, skipped, stillBooked, unclear } = run.counts
  const unsent = Math.max(0, selected - sent)
  const isDone = run.state === 'done'
  return {
    selected,
    sent,
    outstanding: outstandingOf(run),
    notFollowed: run.counts.unfollowed,
    booked,
    dead,
    cancelled,
    skipped: isDone ? Math.max(skipped, unsent) : skipped,
    ...(run.filter.verify === true && { stillBooked, unclear }),
    remaining: isDone ? 0 : Math.max(0, unsent - skipped),
  }
}

function showFilter({ filter, upToMs }: Run): ShownFilter {
  const { reason, code, text, state, attributes, possibleDuplicates } = filter
  return {
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
    ...(text !== undefined && { text }),
    ...(state !== undefined && { state }),
    ...showTimes(filter),
    until: isoTimestamp(Math.min(filter.untilMs ?? Infinity, upToMs)),
    ...(attributes !== undefined && { attributes: attributes.map(({ name }) => name) }),
    ...((filter.number ?? filter.numberPrint) !== undefined && { number: true }),
    possibleDuplicates,
    ...(filter.verify === true && { verify: true as const }),
  }
}

function showTimes({ sinceMs, acceptedSinceMs, acceptedUntilMs }: RunFilter) {
  return {
    ...(sinceMs !== undefined && { since: isoTimestamp(sinceMs) }),
    ...(acceptedSinceMs !== undefined && { acceptedSince: isoTimestamp(acceptedSinceMs) }),
    ...(acceptedUntilMs !== undefined && { acceptedUntil: isoTimestamp(acceptedUntilMs) }),
  }
}
