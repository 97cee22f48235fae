import { DateTime } from 'luxon'

import { epochMsOf } from '../../shared/time/timestamp.ts'

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const

/** The two largest units, cut off below: `1 d 2 h`, `4 min 59 s`, `12 s`; under a second `250 ms`. */
export function plainDuration(ms: number): string {
  const at = units.findIndex((unit) => ms >= unit.ms)
  const unit = units[at]
  if (unit === undefined) return `${Math.round(ms)} ms`
  const whole = Math.floor(ms / unit.ms)
  const next = units[at + 1]
  const rest = next === undefined ? 0 : Math.floor((ms % unit.ms) / next.ms)
  return next === undefined || rest === 0
    ? `${whole} ${unit.name}`
    : `${whole} ${unit.name} ${rest} ${next.name}`
}

/** `2026-02-26 15:40:52 UTC (in 5 min)`. The argument is one of our own timestamps. */
export function plainTime(iso: string, nowMs: number): string {
  const time = DateTime.fromISO(iso, { zone: 'utc' })
  if (!time.isValid) return iso
  return `${time.toFormat('yyyy-MM-dd HH:mm:ss')} UTC (${distance(time.toMillis() - nowMs)})`
}

/** When something is due that was accepted at `acceptedAt`: at once, or then. */
export function plainDue(dueAt: string, acceptedAt: string): string {
  return epochMsOf(dueAt) <= epochMsOf(acceptedAt)
    ? 'due now'
    : `due ${plainTime(dueAt, epochMsOf(acceptedAt))}`
}

function distance(ms: number): string {
  if (Math.abs(ms) < 1_000) return 'now'
  return ms > 0 ? `in ${plainDuration(ms)}` : `${plainDuration(-ms)} ago`
}
