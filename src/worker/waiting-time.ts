import { entryTimeMs } from '../shared/store/inbox/entry-time.ts'
import type { Clock } from '../shared/time/clock.ts'

/** For how many ms each of these entries has waited. Remembers no more of them than it was asked about last. */
export type WaitingTimes = (entryIds: readonly string[]) => number[]

/** By the ids, as far as they tell a time; an entry with any other id has waited since it was first seen here. */
export function createWaitingTimes(clock: Clock): WaitingTimes {
  let firstSeen = new Map<string, number>()
  return (entryIds) => {
    const seenMs = clock.monotonic()
    firstSeen = new Map(entryIds.map((id) => [id, firstSeen.get(id) ?? seenMs]))
    const nowMs = clock.now()
    return entryIds.map((id) => {
      const takenMs = entryTimeMs(id, nowMs)
      return takenMs === undefined ? seenMs - (firstSeen.get(id) ?? seenMs) : nowMs - takenMs
    })
  }
}
