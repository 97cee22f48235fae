import type { Alert, AlertReading, Severity } from './alert.ts'
import { alerts } from './alerts.ts'

const rank: Record<Severity, number> = { critical: 0, warning: 1, info: 2 }

/**
 * What needs somebody at this moment, the worst first. Where Redis does not answer, nothing else is known; of several that
 * have one cause, the table has the cause first.
 */
export function needsYou(reading: AlertReading): Alert[] {
  const so = alerts.filter(({ isSo }) => isSo?.(reading) === true)
  const known = reading.isRedisUp ? so : so.slice(0, 1)
  return known.toSorted((one, other) => rank[one.severity] - rank[other.severity])
}
