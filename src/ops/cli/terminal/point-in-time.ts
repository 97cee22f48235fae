import { InvalidArgumentError } from 'commander'

import { readInstant } from '../../../shared/contract/intent-times.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'

/** An option's point in time, epoch ms: ISO 8601 with an offset, or how long ago (`1h`). */
export function pointInTime(text: string, nowMs: number): number {
  const ago = parseDurationMs(text)
  if (ago !== undefined) return nowMs - ago
  const instant = readInstant(text)
  if (instant.kind === 'ok') return instant.epochMs
  throw new InvalidArgumentError(
    `It ${instant.message}. A duration such as 30m or 1h is accepted too.`,
  )
}
