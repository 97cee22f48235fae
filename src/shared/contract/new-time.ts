import { z } from 'zod'

import type { Problem } from '../errors/problem.ts'
import { epochMsOf, isoTimestamp } from '../time/timestamp.ts'
import { maxHoldMs } from './delay.ts'
import { delayMsOf, holdFields, readNotBefore, type HoldFields } from './hold-fields.ts'
import { wrongType } from './judged-field.ts'

/** When a callback is to be due instead: so long after this was said, or then. Neither: at once. */
export interface NewTime {
  /** Ms. */
  delay?: number | undefined
  /** ISO 8601 in UTC. */
  notBefore?: string | undefined
}

/** As it is said: exactly one of `delay`, `notBefore` (with `timeZone` if it is a local time) and `now`. */
export const newTimeFields = {
  ...holdFields,
  now: z.literal(true, { error: wrongType('must be true, or left out') }).optional(),
}

interface NewTimeFields extends HoldFields {
  now?: true | undefined
}

export type ReadNewTime = { kind: 'ok'; time: NewTime } | { kind: 'invalid'; problems: Problem[] }

const schema = z.strictObject(newTimeFields)

/** What is not said is undefined, or left out. */
export function readNewTime(
  given: { [Name in keyof NewTimeFields]?: unknown },
  nowMs: number,
): ReadNewTime {
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      field: String(path[0] ?? 'notBefore'),
      message,
    }))
    return { kind: 'invalid', problems }
  }
  const problems: Problem[] = []
  const time = newTimeOf(parsed.data, problems)
  const tooFar = newTimeProblem(time, nowMs)
  if (tooFar !== undefined) problems.push(tooFar)
  return problems.length === 0 ? { kind: 'ok', time } : { kind: 'invalid', problems }
}

/** Of fields that the schema has found readable. */
export function newTimeOf(fields: NewTimeFields, problems: Problem[]): NewTime {
  const { delay, notBefore, now } = fields
  if ([delay, notBefore, now].filter((each) => each !== undefined).length !== 1) {
    const field = [notBefore, now].every((each) => each === undefined) ? 'delay' : 'notBefore'
    problems.push({ field, message: 'give exactly one of delay, notBefore and now' })
    return {}
  }
  const at = readNotBefore(fields, problems)
  const later = delayMsOf(fields, problems)
  if (at !== undefined) return { notBefore: isoTimestamp(at) }
  return later === undefined ? {} : { delay: later }
}

/** What is wrong with a time at the moment at which it was given. */
export function newTimeProblem({ notBefore }: NewTime, nowMs: number): Problem | undefined {
  if (notBefore === undefined || epochMsOf(notBefore) - nowMs <= maxHoldMs) return undefined
  return { field: 'notBefore', message: 'must be at most 366 days ahead' }
}
