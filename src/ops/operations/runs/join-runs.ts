import { addedUp, sumOf } from '../destination/in-sum.ts'
import type { ShownCounts, ShownRun } from './shown-run.ts'

export type Parts = readonly [ShownRun, ...ShownRun[]]

/**
 * A run over a destination in partitions is one in each of them, all of one id. Shown in sum, and side by side; where one
 * partition alone has something of it, that is it.
 */
export function joinRuns(destination: string, parts: Parts): ShownRun {
  const [first] = parts
  const { id, kind, filter, createdAt, createdBy, reason } = first
  const meant = parts.filter(({ counts }) => counts.selected > 0)
  const partitions = meant.length === 0 ? [first] : meant
  return {
    id,
    kind,
    destination,
    ...standingOf(partitions),
    counts: partitions.map(({ counts }) => counts).reduce(countsTogether),
    filter,
    ...overviewOf(parts),
    ...paceOf(partitions),
    createdAt,
    ...(createdBy !== undefined && { createdBy }),
    ...(reason !== undefined && { reason }),
    ...startOf(partitions),
    ...endOf(partitions),
    partitions,
  }
}

/** As long as something of it goes on, it does; what waits for somebody comes next, and what is over last. */
const order = ['running', 'waiting', 'paused', 'planned', 'aborted', 'done'] as const

function standingOf(partitions: readonly ShownRun[]): Standing {
  const [first] = partitions.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  if (first === undefined) return { state: 'done' }
  const { state, stateWhy, stateBy, stateReason } = first
  return {
    state,
    ...(stateWhy !== undefined && { stateWhy }),
    ...(stateBy !== undefined && { stateBy }),
    ...(stateReason !== undefined && { stateReason }),
  }
}

type Standing = Pick<ShownRun, 'state' | 'stateWhy' | 'stateBy' | 'stateReason'>

function countsTogether(a: ShownCounts, b: ShownCounts): ShownCounts {
  return {
    selected: a.selected + b.selected,
    sent: a.sent + b.sent,
    outstanding: a.outstanding + b.outstanding,
    notFollowed: a.notFollowed + b.notFollowed,
    booked: a.booked + b.booked,
    dead: a.dead + b.dead,
    cancelled: a.cancelled + b.cancelled,
    skipped: a.skipped + b.skipped,
    ...(a.stillBooked !== undefined && {
      stillBooked: a.stillBooked + (b.stillBooked ?? 0),
      unclear: (a.unclear ?? 0) + (b.unclear ?? 0),
    }),
    remaining: a.remaining + b.remaining,
  }
}

/** Of those too that select nothing: what they leave out is told before it is started. */
function overviewOf(parts: Parts) {
  const [oldest] = parts.flatMap((each) => each.oldest ?? []).toSorted()
  const newest = parts
    .flatMap((each) => each.newest ?? [])
    .toSorted()
    .at(-1)
  return {
    byReason: addedUp(parts.map(({ byReason }) => byReason)),
    byCode: addedUp(parts.map(({ byCode }) => byCode)),
    byHour: addedUp(parts.map(({ byHour }) => byHour)),
    ...(oldest !== undefined && { oldest }),
    ...(newest !== undefined && { newest }),
    expired: sumOf(parts.map(({ expired }) => expired)),
    expiring: sumOf(parts.map(({ expiring }) => expiring)),
    mayBeBooked: sumOf(parts.map(({ mayBeBooked }) => mayBeBooked)),
    unsendable: sumOf(parts.map(({ unsendable }) => unsendable)),
  }
}

/** They go at the same time: it takes as long as the one that takes longest. What is over has no rate any more. */
function paceOf(partitions: readonly ShownRun[]) {
  const going = partitions.filter(({ state }) => state !== 'done' && state !== 'aborted')
  const paced = going.length === 0 ? partitions : going
  const rates = paced.flatMap(({ rate }) => (rate === 'none' ? [] : [rate]))
  const isLimited = rates.length === paced.length
  const takes = partitions.flatMap(({ takesMs }) => takesMs ?? [])
  const canaries = partitions.flatMap(({ canary }) => canary ?? [])
  return {
    rate: isLimited ? Number(sumOf(rates).toPrecision(6)) : ('none' as const),
    ...(isLimited && takes.length > 0 && { takesMs: Math.max(...takes) }),
    ...(canaries.length > 0 && { canary: sumOf(canaries) }),
  }
}

function startOf(partitions: readonly ShownRun[]) {
  const started = partitions.flatMap(({ startedAt, startedBy }) =>
    startedAt === undefined ? [] : [{ startedAt, startedBy }],
  )
  const [first] = started.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  if (first === undefined) return {}
  const { startedAt, startedBy } = first
  return { startedAt, ...(startedBy !== undefined && { startedBy }) }
}

/** It is over when all are. */
function endOf(partitions: readonly ShownRun[]) {
  const ends = partitions.flatMap(({ endedAt }) => endedAt ?? []).toSorted()
  const endedAt = ends.length === partitions.length ? ends.at(-1) : undefined
  return endedAt === undefined ? {} : { endedAt }
}
