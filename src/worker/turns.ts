import type { Clock } from '../shared/time/clock.ts'
import { createTurnQueue } from './turn-queue.ts'

/** When a destination may begin with what keeps the process busy for a moment. */
export interface Turns {
  /** No other destination is served here. */
  isAlone(): boolean
  /** Resolves when it is its turn: at once, where it is alone. */
  take(): Promise<void>
  /** It rests, and so much waits for its turn that no more is to be fetched for now. */
  isFull(): boolean
  /** Resolves when it is not full. */
  room(): Promise<void>
}

export interface TurnsContext {
  /** No more than one destination is served here. */
  isAlone: () => boolean
  clock: Pick<Clock, 'monotonic' | 'sleep'>
  /** For how long the event loop has been busy so far. */
  busyMs: () => number
}

/** So many destinations begin with something in one turn of the event loop. */
const mostAtOnce = 4
/** A callback has no more steps than that, and waits for the turn before each. */
const steps = 25
/**
 * Others count as at work for so long after they have begun with something, or for as long as all steps take at the last turn's length:
 * from an entry to its request it takes them less. On a machine so busy that they take longer, a flood would else count as alone.
 */
const recentMs = 50
/** Beside others a flood goes on when the event loop has been idle for so many times as long as it was busy since. */
const idleTimes = 2
/** By so many things a destination is ahead of all others together before it counts as a flood; and it is never further ahead than twice that. */
const floodLead = 50

/**
 * So much of a flood that rests waits for its turn: a page of ten entries or two, the others attempts, so that more come than go, but not
 * many more. Jobs that wait for long are locked meanwhile, and grow so old that their garbage is collected together with all that is.
 */
const mostWaiting = 10

/**
 * In each turn of the event loop a destination begins with one thing, and only some do: whatever is between two steps of a callback waits
 * for no more than what these have begun. A flood in one destination, beside which others are at work at the moment, leaves the event loop
 * idle for two thirds of the time: all that its callbacks go through counts, and not the turn alone in which they begin. It begins with
 * no less than all others together, since it is no flood otherwise.
 */
export function createTurns({
  isAlone,
  clock,
  busyMs,
}: TurnsContext): (destination: string) => Turns {
  const begun = new Set<string>()
  const queue = createTurnQueue()
  const flood = watchFlood()
  let isTurning = false
  let turnedMs = 0
  /** The last turn in which somebody has begun with something. */
  let tookMs = 0
  let isResting = false
  /** When the one that is or may become the flood began with the last thing, and how long the event loop had been busy by then. */
  let last = { beganMs: 0, busyMs: 0 }

  function begin(destination: string): boolean {
    const nowMs = clock.monotonic()
    if (begun.has(destination) || begun.size >= mostAtOnce) return false
    if (mustRest(destination, nowMs)) return false
    begun.add(destination)
    flood.note(destination, nowMs)
    // Before it is a flood: what others made of work until then is not its.
    if (flood.leads(destination)) last = { beganMs: nowMs, busyMs: busyMs() }
    turnOver()
    return true
  }

  /** Later, the longer what it has begun with keeps the event loop busy. */
  function floodDueMs(nowMs: number): number {
    const areOthersAtWork = flood.hadOthersSince(nowMs - Math.max(recentMs, steps * tookMs))
    return areOthersAtWork ? last.beganMs + (1 + idleTimes) * (busyMs() - last.busyMs) : nowMs
  }

  function mustRest(destination: string, nowMs: number): boolean {
    return flood.is(destination) && nowMs < floodDueMs(nowMs)
  }

  function isFull(destination: string): boolean {
    return queue.count(destination) >= mostWaiting && mustRest(destination, clock.monotonic())
  }

  function turnOver(): void {
    if (isTurning) return
    isTurning = true
    turnedMs = clock.monotonic()
    setImmediate(turn)
  }

  function turn(): void {
    const nowMs = clock.monotonic()
    if (begun.size > 0) tookMs = nowMs - turnedMs
    isTurning = false
    begun.clear()
    for (const destination of queue.destinations()) {
      if (begin(destination)) queue.letOneGo(destination)
    }
    // Only the flood waits, which rests.
    if (begun.size === 0 && !queue.isEmpty()) void rest(floodDueMs(nowMs) - nowMs)
  }

  async function rest(ms: number): Promise<void> {
    if (isResting) return
    isResting = true
    await clock.sleep(ms)
    isResting = false
    turnOver()
  }

  return (destination) => ({
    isAlone,
    take: async () => {
      if (isAlone() || (queue.count(destination) === 0 && begin(destination))) return
      turnOver()
      await queue.join(destination)
    },
    isFull: () => isFull(destination),
    room: async () => {
      while (isFull(destination)) await queue.oneGoes(destination)
    },
  })
}

/** Who begins with more than all others together, and whether there are others. */
function watchFlood() {
  let leader: string | undefined
  let lead = 0
  let othersMs = -Infinity
  return {
    note: (destination: string, nowMs: number) => {
      if (destination === leader) {
        lead = Math.min(lead + 1, 2 * floodLead)
        return
      }
      othersMs = nowMs
      lead -= 1
      if (lead >= 0) return
      leader = destination
      lead = 1
    },
    leads: (destination: string) => destination === leader,
    is: (destination: string) => destination === leader && lead > floodLead,
    hadOthersSince: (ms: number) => othersMs > ms,
  }
}
