import {
  activeJobs,
  delayedJobs,
  dueJobs,
  flow,
  history,
  schedule,
  stats,
  waitingJobs,
} from '../../redis/destination-keys.ts'
import type { DestinationStore } from '../../redis/destination-store.ts'
import { defineScript } from '../../redis/script.ts'

export interface KeptMinute {
  /** How long what is first in line has been due; 0 where nothing is. */
  lateMs: number
}

/** Of a day, and the minute before it, from which the first one's differences are taken. */
const keptMs = 24 * 3_600_000 + 2 * 60_000

const script = defineScript<KeptMinute & { keptMs: number }, number>({
  name: 'keep-minute',
  beside: import.meta.url,
  keys: { history, flow, stats, waitingJobs, dueJobs, delayedJobs, activeJobs, schedule },
  args: ['lateMs', 'keptMs'],
  decode: Number,
})

/**
 * Writes the last minute into the history, unless another worker has. Gives the beginning of the newest one that is written,
 * epoch ms. Costs the same however much waits.
 */
export function keepMinute(store: DestinationStore, { lateMs }: KeptMinute): Promise<number> {
  return script(store, { lateMs, keptMs })
}
