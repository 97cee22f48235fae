import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { describeHolds, type Hold } from '../control/describe-holds.ts'
import { readControl, type ShownControl } from '../control/shown-control.ts'
import type { Finding, Verdict } from './finding.ts'

const check = 'dispatch'

/** What keeps a destination from sending as it is configured: everything may be well, and nothing goes out. */
export async function checkControl(
  redis: Redis,
  { namespace, destinations }: { namespace: string; destinations: readonly string[] },
  clock: Clock,
): Promise<Finding[]> {
  const findings = destinations.map(async (destination) => {
    const control = await readControl(openStore(redis, { namespace, destination }))
    return judgeControl(destination, control, clock.now())
  })
  return (await Promise.all(findings)).flat()
}

export function judgeControl(destination: string, control: ShownControl, nowMs: number): Finding[] {
  const holds = describeHolds(control, nowMs)
  if (holds.length === 0) {
    const message = `${destination}: neither paused nor slowed, and its circuit breaker is closed`
    return [{ check, verdict: 'ok', message }]
  }
  return holds.map(({ kind, message }) => ({
    check,
    verdict: verdicts[kind],
    message: `${destination}: ${message}`,
    fix: fixes[kind],
  }))
}

/** What somebody has decided is no fault, and easily forgotten. */
const verdicts: Record<Hold['kind'], Verdict> = {
  paused: 'warn',
  failing: 'fail',
  recovering: 'warn',
  'intake-paused': 'warn',
  'rate-set': 'warn',
  slowed: 'warn',
}

const resume = 'ringback resume ends it; see "Pause, slow down, go on" in docs/runbook.md'
const outage = 'see "Salesforce is down" in docs/runbook.md'

const fixes: Record<Hold['kind'], string> = {
  paused: resume,
  failing: outage,
  recovering: `nothing, it ends by itself; ${outage}`,
  'intake-paused': resume,
  'rate-set': 'ringback rate default ends it; see "Pause, slow down, go on" in docs/runbook.md',
  slowed: `nothing, it ends by itself; if it returns, lower RINGBACK_RATE; ${outage}`,
}
