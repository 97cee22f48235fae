import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { readRecent, type Recent, type RecentOutcome } from '../../../shared/store/stats/recent.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { epochMsOf } from '../../../shared/time/timestamp.ts'
import { plainDuration } from '../../text/plain-time.ts'
import type { Finding } from './finding.ts'

const check = 'lately'

/** What the workers have seen: a configuration may look right, and every attempt fail. */
export async function checkRecent(
  redis: Redis,
  { namespace, destinations }: { namespace: string; destinations: readonly string[] },
  clock: Clock,
): Promise<Finding[]> {
  const nowMs = clock.now()
  return Promise.all(
    destinations.map(async (destination) =>
      judgeRecent(
        destination,
        await readRecent(openStore(redis, { namespace, destination }), nowMs),
        nowMs,
      ),
    ),
  )
}

/** In a busy hour the bookings before an outage outnumber its failures. What is throttled still books now and then. */
const outageFailures = 5
const outageMs = 60_000

/** Outcomes that speak of the destination or the way to it; a refusal speaks of one callback. */
const ofDestination = ['unavailable', 'uncertain']

export function judgeRecent(destination: string, recent: Recent, nowMs: number): Finding {
  const { attempts, bookedAt, failedSince } = recent
  const sinceMs = bookedAt === undefined ? Infinity : Math.max(0, nowMs - epochMsOf(bookedAt))
  const last =
    bookedAt === undefined
      ? 'nothing was booked so far'
      : `the last booking was ${plainDuration(sinceMs)} ago`
  const isOutage = failedSince >= outageFailures && sinceMs >= outageMs
  const since = isOutage ? `, and ${failedSince} attempts have failed since` : ''
  const message = `${destination}: ${last}${since}; in the last hour ${describeAttempts(attempts)}`
  const count = (outcomes: readonly string[]) =>
    sum(attempts.filter(({ outcome }) => outcomes.includes(outcome)))
  const booked = count(['booked'])
  const failed = count(ofDestination)
  const refused = count(['refused'])
  const fails = failed > 0 && (booked === 0 || isOutage)
  if (!fails && (failed + refused === 0 || booked > failed + refused)) {
    return { check, verdict: 'ok', message }
  }
  const verdict = fails ? 'fail' : 'warn'
  return { check, verdict, message, fix: fixFor(attempts) }
}

function describeAttempts(attempts: readonly RecentOutcome[]): string {
  if (attempts.length === 0) return 'no attempt was made'
  const total = sum(attempts)
  return `of ${total} ${total === 1 ? 'attempt' : 'attempts'}: ${attempts
    .map(
      ({ outcome, code, count }) => `${count} ${outcome}${code === undefined ? '' : ` (${code})`}`,
    )
    .join(', ')}`
}

function fixFor(attempts: readonly RecentOutcome[]): string {
  const [worst] = attempts.filter(({ outcome }) => outcome !== 'booked')
  if (worst?.code === 'unauthorized') return 'see "Unauthorized" in docs/runbook.md'
  return worst?.outcome === 'refused'
    ? 'see "Dead letters grow" in docs/runbook.md'
    : 'see "Salesforce is down" in docs/runbook.md; ringback doctor --connect tests the connection'
}

function sum(attempts: readonly RecentOutcome[]): number {
  return attempts.reduce((total, { count }) => total + count, 0)
}
