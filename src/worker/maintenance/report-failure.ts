import { messageOf } from '../../shared/errors/errors.ts'
import type { MaintenancePart, Observer } from '../../shared/telemetry/events.ts'

/** For what goes wrong in a part as a whole, and not for one destination alone. */
export function reportFailureOf(
  part: MaintenancePart,
  observe: Observer,
): (error: unknown) => void {
  return (error) => {
    const message = messageOf(error)
    observe({ event: 'maintenance.failed', part, destination: undefined, message })
  }
}
