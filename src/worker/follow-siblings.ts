import type { FollowBreakerInput } from '../shared/store/partitions/follow-breaker.ts'
import type { PartitionBreaker } from '../shared/store/partitions/inspect-breaker.ts'

/** A partition as it was seen, by its place among its siblings. */
export interface SeenPartition {
  name: string
  place: number
  breaker: PartitionBreaker
}

/** So much longer than the one before it each of those that follow waits for the probe of whom they follow. */
const patienceMs = 2_000

/** A difference that is no reason to write anything. */
const toleranceMs = 500

/**
 * What a partition is to take over, so that the breaker holds for the destination as a whole. The partition that is first to find
 * out leads: it alone probes. Those that follow have breakers of their own, which are open for a little longer; who hears nothing
 * of the leader for so long sends a probe, and leads. So nobody waits for anybody for ever, whoever dies.
 */
export function whatToFollow(
  own: SeenPartition,
  all: readonly SeenPartition[],
  partitions: number,
): FollowBreakerInput | undefined {
  // What comes of its own probe decides.
  if (own.breaker.isProbing) return undefined
  const others = all.filter(({ place }) => place !== own.place)
  return breakerToFollow(own, others, partitions) ?? limitToFollow(own, others)
}

function breakerToFollow(
  own: SeenPartition,
  others: readonly SeenPartition[],
  partitions: number,
): FollowBreakerInput | undefined {
  const leader = leaderOf(others)
  const recovered = newest(others.filter(({ breaker }) => breaker.state === 'ramp'))
  const { state, since } = own.breaker
  const isOver =
    recovered !== undefined &&
    recovered.breaker.since >= Math.max(since, leader?.breaker.since ?? 0)
  if (isOver) return state === 'open' ? rampOf(own, recovered) : undefined
  if (leader === undefined || knowsBetter(own, leader)) return undefined
  return openAs(own, leader, partitions)
}

function leaderOf(others: readonly SeenPartition[]): SeenPartition | undefined {
  const leading = others.filter(({ breaker }) => leads(breaker))
  const inARow = leading.toSorted((a, b) => a.place - b.place)
  return inARow.find(({ breaker }) => breaker.isProbing) ?? inARow[0]
}

/** It has found the outage, and waits for its probe; or it is the one that probes. */
function leads({ state, heldForMs, isProbing, of }: PartitionBreaker): boolean {
  return state === 'open' && heldForMs !== undefined && (of === undefined || isProbing)
}

/** Two that find out at once lead both, until the later one in the row follows the other. */
function knowsBetter(own: SeenPartition, leader: SeenPartition): boolean {
  const { breaker, place } = own
  if (breaker.state === 'ramp') return breaker.since >= leader.breaker.since
  return leads(breaker) && place < leader.place && !leader.breaker.isProbing
}

function openAs(
  own: SeenPartition,
  leader: SeenPartition,
  partitions: number,
): FollowBreakerInput | undefined {
  const { heldForMs = 0 } = leader.breaker
  const behind = (own.place - leader.place + partitions) % partitions
  const forMs = heldForMs + behind * patienceMs
  if (isSo(own.breaker, leader, forMs)) return undefined
  return { ...toldBy(own, leader), to: 'open', forMs }
}

function isSo(own: PartitionBreaker, { name, breaker }: SeenPartition, forMs: number): boolean {
  const { state, of, since, tries, heldForMs = 0 } = own
  return (
    state === 'open' &&
    of === name &&
    since === breaker.since &&
    tries === breaker.tries &&
    Math.abs(heldForMs - forMs) <= toleranceMs
  )
}

function rampOf(own: SeenPartition, recovered: SeenPartition): FollowBreakerInput {
  return { ...toldBy(own, recovered), to: 'ramp', ...recovered.breaker.ramp }
}

function toldBy(own: SeenPartition, { name, breaker }: SeenPartition) {
  const { since, tries, cause, code, message } = breaker
  return { seen: own.breaker.seen, of: name, since, tries, cause, code, message }
}

function newest(seen: readonly SeenPartition[]): SeenPartition | undefined {
  return seen.toSorted((a, b) => b.breaker.since - a.breaker.since)[0]
}

/** It is given back in tenths: two that have the same, a moment apart, differ by one. */
const hardlyDifferent = 0.11

function limitToFollow(
  own: SeenPartition,
  others: readonly SeenPartition[],
): FollowBreakerInput | undefined {
  const [slowest] = others.toSorted((a, b) => a.breaker.share - b.breaker.share)
  const limit = slowest?.breaker.limit
  if (slowest === undefined || limit === undefined) return undefined
  if (slowest.breaker.share > own.breaker.share - hardlyDifferent) return undefined
  return { seen: own.breaker.seen, of: slowest.name, to: 'slow', ...limit }
}
