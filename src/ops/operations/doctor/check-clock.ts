import type { Redis } from '../../../shared/redis/connection.ts'
import { readServerTimeMs } from '../../../shared/store/server/server-time.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { plainDuration } from '../../text/plain-time.ts'
import type { Finding } from './finding.ts'

const check = 'clock'
const warnMs = 1_000
/** One of the two is wrong. Tokens carry Redis' time, and Salesforce refuses those from the future. */
const failMs = 30_000

/** How far our clock is from Redis', measured in the middle of one question. */
export async function checkClock(redis: Redis, clock: Clock): Promise<Finding> {
  const askedMs = clock.now()
  const redisMs = await readServerTimeMs(redis)
  const answeredMs = clock.now()
  return judgeClock((askedMs + answeredMs) / 2 - redisMs)
}

/** `aheadMs`: by how much our clock is ahead of Redis'. */
export function judgeClock(aheadMs: number): Finding {
  const distanceMs = Math.abs(aheadMs)
  const message = `our clock is ${plainDuration(distanceMs)} ${aheadMs < 0 ? 'behind' : 'ahead of'} Redis’`
  if (distanceMs <= warnMs) return { check, verdict: 'ok', message }
  return {
    check,
    verdict: distanceMs > failMs ? 'fail' : 'warn',
    message: `${message}: waiting callbacks may be minutes late, and tokens refused if Redis’ clock is the wrong one`,
    fix: 'keep both machines on time with NTP (chrony, systemd-timesyncd)',
  }
}
