import { readInstant } from '../../shared/contract/intent-times.ts'
import { parseDurationMs } from '../../shared/time/duration.ts'

export type PointInTime = { kind: 'ok'; atMs: number } | { kind: 'problem'; message: string }

/** A point in time as people write it, epoch ms: ISO 8601 with an offset, or how long ago (`1h`). */
export function pointInTimeIn(text: string, nowMs: number): PointInTime {
  const ago = parseDurationMs(text)
  if (ago !== undefined) return { kind: 'ok', atMs: nowMs - ago }
  const instant = readInstant(text)
  if (instant.kind === 'ok') return { kind: 'ok', atMs: instant.epochMs }
  const message = `It ${instant.message}. A duration such as 30m or 1h is accepted too.`
  return { kind: 'problem', message }
}
