import type { Moment } from '../shared/delivery/admission.ts'
import type { Clock } from '../shared/time/clock.ts'

/** A busy machine wakes up so late; it is not worth a moment. */
const toleranceMs = 25

/**
 * Says of each moment whether it may still be used. After a machine, or Redis, stood still, all moments that went by would be
 * used at once, on top of those of now, and for the other side that is more than the rate. So one that comes late is used only if
 * no other was since a gap ago, and given up otherwise: what the standstill cost is lost, and not caught up with.
 */
export function keepApart(clock: Pick<Clock, 'monotonic'>): (moment: Moment) => boolean {
  let lastMs = -Infinity
  return ({ atMs, gapMs }) => {
    const nowMs = clock.monotonic()
    const isLate = nowMs - atMs > Math.max(gapMs, toleranceMs)
    if (isLate && nowMs - lastMs < gapMs) return false
    lastMs = nowMs
    return true
  }
}
