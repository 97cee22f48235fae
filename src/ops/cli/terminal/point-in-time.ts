import { InvalidArgumentError } from 'commander'

import { parseDurationMs } from '../../../shared/time/duration.ts'
import { pointInTimeIn } from '../../text/point-in-time.ts'

/** An option's point in time, epoch ms: ISO 8601 with an offset, or how long ago (`1h`). */
export function pointInTime(text: string, nowMs: number): number {
  const point = pointInTimeIn(text, nowMs)
  if (point.kind === 'ok') return point.atMs
  throw new InvalidArgumentError(point.message)
}

/** The same of a time since when something has happened: which it has not, since one that is still to come. */
export function pastTime(text: string, nowMs: number): number {
  const atMs = pointInTime(text, nowMs)
  if (atMs <= nowMs) return atMs
  throw new InvalidArgumentError('It is in the future, and nothing has happened since then.')
}

/** An option's point in time, epoch ms, that can only be given as how long ago. */
export function timeAgo(text: string, nowMs: number): number {
  const ago = parseDurationMs(text)
  if (ago !== undefined) return nowMs - ago
  throw new InvalidArgumentError('It must be a duration such as 30m, 2h or 7d.')
}

interface TimeRange {
  since: number | undefined
  until: number | undefined
}

/** Refuses a range in which nothing can be. `names`: of its two options. */
export function refuseEmptyRange(
  { since, until }: TimeRange,
  [from, to]: readonly [string, string],
): void {
  if (since === undefined || until === undefined || since < until) return
  throw new InvalidArgumentError(
    `${from} must be an earlier time than ${to} (as durations: a longer one).`,
  )
}
