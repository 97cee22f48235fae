import { readStats } from '../../src/shared/store/stats/stats.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { destinations } from './destinations.ts'
import type { FaultCounts } from './inject-faults.ts'
import type { Submitted } from './submitted.ts'
import { whileConnected } from './redis-patience.ts'
import { namespace } from './worker-settings.ts'

export interface Watched {
  redisUrl: string
  submitted: Submitted
  faults: FaultCounts
  say: (line: string) => void
}

const everyMs = 15_000

/** A line every few seconds, until the signal. A callback that is redriven ends more than once. */
export async function sayProgress(watched: Watched, signal: AbortSignal): Promise<void> {
  const { redisUrl, submitted, faults, say } = watched
  const startedMs = systemClock.now()
  await whileConnected(redisUrl, async (patience) => {
    while (await rested(signal)) {
      const stats = await Promise.all(
        destinations.map((destination) =>
          patience((redis) => readStats(openStore(redis, { namespace, destination }))),
        ),
      )
      const ends = stats.flatMap(({ booked, dead }) => [booked, ...Object.values(dead)])
      const seconds = Math.round((systemClock.now() - startedMs) / 1000)
      say(
        `${seconds} s: accepted ${submitted.accepted.size}, ended ${sum(ends)}, faults ${sum(Object.values(faults))}`,
      )
    }
  })
}

/** False: it is over. */
async function rested(signal: AbortSignal): Promise<boolean> {
  await systemClock.sleep(everyMs, signal).catch(() => undefined)
  return !signal.aborted
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
