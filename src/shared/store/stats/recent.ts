import type { DestinationStore } from '../../redis/destination-store.ts'
import { recentKey } from '../../redis/keys.ts'

/** What a destination's attempts have come to lately, over all its workers. */
export interface Recent {
  /** ISO, of the last answer that named a ContactRequest; undefined before the first. */
  bookedAt: string | undefined
  /** Attempts since then that were unavailable or uncertain. */
  failedSince: number
  /** In the last hour, and up to a quarter more: counted by quarters. */
  attempts: RecentOutcome[]
}

export interface RecentOutcome {
  outcome: string
  /** Absent where the outcome says it all. */
  code: string | undefined
  count: number
}

/** As recent.lua counts. */
const slotMs = 15 * 60_000
const slotsOfAnHour = 4

/** The most frequent first. */
export async function readRecent({ redis, ref }: DestinationStore, nowMs: number): Promise<Recent> {
  const fields = await redis.hgetall(recentKey(ref))
  const oldest = Math.floor(nowMs / slotMs) - slotsOfAnHour
  const counts = new Map<string, number>()
  for (const [field, count] of Object.entries(fields)) {
    const [, slot, what] = /^(\d+):(.+)$/s.exec(field) ?? []
    if (what === undefined || Number(slot) < oldest) continue
    counts.set(what, (counts.get(what) ?? 0) + Number(count))
  }
  const attempts = [...counts]
    .map(([what, count]) => ({ ...outcomeOf(what), count }))
    .toSorted((one, other) => other.count - one.count)
  const { bookedAt, failedSince = '0' } = fields
  return { bookedAt, failedSince: Number(failedSince), attempts }
}

/** Epoch ms; undefined before the first. */
export async function readLastBookingMs(store: DestinationStore): Promise<number | undefined> {
  const { redis, ref } = store
  const bookedAt = await redis.hget(recentKey(ref), 'bookedAt')
  return bookedAt === null ? undefined : Date.parse(bookedAt)
}

function outcomeOf(what: string): Omit<RecentOutcome, 'count'> {
  const [outcome = what, code] = what.split(/:(.*)/s)
  return { outcome, code }
}
