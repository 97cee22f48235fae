import { momentOf, type Moment } from '../../shared/delivery/admission.ts'
import { rest } from '../../shared/lifecycle/rest.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { Work } from './attempt.ts'

/** Of the gap to the next moment. The rest of it is for the way to the other side. */
const toleratedShare = 0.5
/** A busy machine is so late as a rule; that is not worth a moment. */
const leastToleranceMs = 10
/** A machine that is always late sends too. */
const mostPutOffs = 3

/**
 * Waits for the moment of an attempt that is ready to be sent. One that is ready late, because its machine or Redis stood still,
 * would come on top of those whose moment is now, and for the other side that is more than the rate. So it takes another moment,
 * and the one that it missed is lost.
 */
export async function keepToMoment(
  { pass, gate, clock }: Pick<Work, 'pass' | 'gate'> & { clock: Clock },
  signal: AbortSignal | undefined,
): Promise<void> {
  let { moment } = pass
  for (let putOffs = 0; moment !== undefined; putOffs += 1) {
    const earlyMs = moment.atMs - clock.monotonic()
    if (earlyMs > 0) await rest(clock, earlyMs, signal)
    if (gate === undefined || putOffs === mostPutOffs) return
    if (!isLate(moment, clock.monotonic())) return
    // Its attempt is open: whatever keeps it from having another moment, it is sent.
    const admission = await gate.putOff(pass).catch(() => undefined)
    moment = admission?.kind === 'go' ? momentOf(admission, clock) : undefined
  }
}

/** Never where there is no gap. */
function isLate({ atMs, gapMs }: Moment, nowMs: number): boolean {
  return gapMs > 0 && nowMs - atMs > Math.max(leastToleranceMs, toleratedShare * gapMs)
}
