import { RingbackError } from '../shared/errors/errors.ts'
import { maskNumbersIn } from '../shared/phone/mask.ts'
import type { DestinationRef } from '../shared/redis/keys.ts'
import type { IntakePause } from '../shared/store/control/intake-pause.ts'
import { printable } from '../shared/text/printable.ts'
import { isoTimestamp } from '../shared/time/timestamp.ts'

export function intakePaused(
  { destination }: DestinationRef,
  { sinceMs, untilMs, by, why }: IntakePause,
): RingbackError {
  const who = by === undefined ? '' : ` by ${shown(by)}`
  const reason = why === undefined ? '' : ` (${shown(why)})`
  const end = untilMs === undefined ? 'somebody resumes it' : isoTimestamp(untilMs)
  return new RingbackError(
    'intake-paused',
    `The destination ${destination} takes nothing in: paused since ${isoTimestamp(sinceMs)}${who}${reason}, ` +
      `until ${end}. Nothing was accepted; submit it again then, with the same id.`,
  )
}

/** Whoever may write to the record is trusted with a destination, not with a terminal or a log. */
function shown(text: string): string {
  return printable(maskNumbersIn(text)).slice(0, 200)
}
